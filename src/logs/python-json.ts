/** JSON as Python writes it: also with NaN and Infinity, which JSON does not have. */
import { readJsonText } from '../json-text.ts';

const NOT_FINITE = /NaN|Infinity/;
/** Texts are matched so that names inside of them stay. */
const TEXT_OR_NOT_FINITE = /"[^"\\]*(?:\\.[^"\\]*)*"|NaN|-?Infinity/g;

/** The value of a JSON text, null in the place of numbers that are not finite; or why it has none. */
export function readPythonJson(text: string): { value: unknown } | { fault: string } {
  if (!NOT_FINITE.test(text)) return readJsonText(text);
  return readJsonText(text.replace(TEXT_OR_NOT_FINITE, (token) => (token.startsWith('"') ? token : 'null')));
}
