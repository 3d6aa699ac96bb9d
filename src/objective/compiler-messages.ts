/**
 * What a WGSL compiler says about a strategy, in the lines of its author. The strategy is compiled behind the kernel's
 * own lines; Tint (Chrome, Edge) writes a sentence and candidates, naga (Firefox) a drawing of the source with line
 * numbers of the whole module, in which the place that matters may be another than the message's own.
 */
import type { StrategyProblem } from '../views/strategy-views.ts';

export type CompilerMessage = Pick<GPUCompilationMessage, 'type' | 'lineNum' | 'linePos' | 'message'>;

interface Place {
  /** Line and column in the compiled module, 1-based. */
  line: number;
  column: number;
}

/**
 * @param before lines of the module before the strategy
 * @param source the strategy as its author wrote it
 */
export function compilerProblems(
  messages: readonly CompilerMessage[],
  before: number,
  source: string,
): StrategyProblem[] {
  const lines = source.split('\n').length;
  return messages
    .filter(({ type }) => type === 'error')
    .map((message): StrategyProblem => {
      const { text, at } = nagaMessage(message) ?? { text: firstParagraph(message.message), at: undefined };
      const { line, column } = at ?? { line: message.lineNum, column: message.linePos };
      const own = line - before;
      const inside = own >= 1 && own <= lines;
      return {
        line: Math.max(1, Math.min(lines, own)),
        column: inside ? Math.max(1, column) : 1,
        message: text,
      };
    });
}

/** Without the candidates that Tint lists after an empty line. */
const firstParagraph = (message: string): string =>
  message
    .trim()
    .split(/\n\s*\n/)[0]
    ?.trim() ?? '';

const HEAD = /^Shader (?:'.*' )?(?:parsing|validation) error: (.*)$/;
const SOURCE_LINE = /^\s*(\d+) │/;
/** A mark under one place; those of a whole function are drawn with ╰ and are longer. */
const MARK = /^\s*│ (?:│ )?(\s*)\^+(?: (.*))?$/;
const NOTE = /^\s*= (?:note: )?(.*)$/;

/** naga's message without its drawing; undefined if another compiler wrote it. */
function nagaMessage({ message }: CompilerMessage): { text: string; at: Place | undefined } | undefined {
  const rows = message.trim().split('\n');
  const head = HEAD.exec(rows[0] ?? '')?.[1];
  if (head === undefined) return undefined;
  const notes = rows.flatMap((row) => NOTE.exec(row)?.[1] ?? []);
  const invalid = /^Function \[\d+\] '(\w+)' is invalid$/.exec(head)?.[1];
  if (invalid === undefined) return { text: sentence([withTypes(head), ...notes]), at: undefined };
  let line = 0;
  let marked: (Place & { label: string }) | undefined;
  for (const row of rows) {
    line = Number(SOURCE_LINE.exec(row)?.[1] ?? line);
    const mark = MARK.exec(row);
    if (mark) marked = { line, column: (mark[1] ?? '').length + 1, label: mark[2] ?? '' };
  }
  const label = marked && !marked.label.startsWith('naga::') ? marked.label : '';
  // The last note is the cause; those before it number what contains it.
  const cause = notes.at(-1) ?? label;
  const returns = /^The `return` expression (None|Some)/.exec(cause)?.[1];
  if (returns === 'Some')
    return { text: `${invalid}: the returned value has another type than the function`, at: marked };
  // Marked is the return without a value; a function that just ends has no mark.
  if (returns === 'None') return { text: `${invalid}: missing return of a value`, at: marked };
  return { text: sentence([`${invalid}: ${withTypes(cause)}`]), at: marked };
}

const sentence = (parts: readonly string[]): string => parts.map((part) => part.trim().replace(/\.$/, '')).join('; ');

const KINDS: Record<string, string> = { Float: 'f', Sint: 'i', Uint: 'u' };

/** Types as in WGSL, instead of naga's own structures and numbers. */
const withTypes = (text: string): string =>
  text
    .replace(/\[\d+\] \(of type ((?:[^()]|\([^()]*\))*)\)/g, '$1')
    .replace(/Scalar\(Scalar \{ kind: (\w+), width: (\d) \}\)/g, (_, kind: string, width: string) =>
      KINDS[kind] ? `${KINDS[kind]}${8 * Number(width)}` : kind.toLowerCase(),
    )
    .replace(/`\{Abstract(\w+)\}`/g, (_, kind: string) => `abstract-${kind.toLowerCase()}`)
    .replace(/ ?\[\d+\]/g, '');
