/** Markup in which every text is escaped: names, responses and configs of others cannot become elements. */
import { escaped } from '../compare/plot.ts';

/** Markup that a page may contain; made by `markup` and `trusted` alone. */
export class Html {
  constructor(readonly text: string) {}
}

export type Piece = Html | string | number | false | undefined | readonly Piece[];

/** A template whose values are escaped, unless they are Html; lists are joined, absent ones are empty. */
export const markup = (strings: TemplateStringsArray, ...values: readonly Piece[]): Html =>
  new Html(strings.map((text, i) => (i === 0 ? text : textOf(values[i - 1]) + text)).join(''));

/** Markup whose author has escaped it, for example an SVG of `linePlot`. */
export const trusted = (text: string): Html => new Html(text);

function textOf(piece: Piece): string {
  if (piece === undefined || piece === false) return '';
  if (piece instanceof Html) return piece.text;
  if (typeof piece === 'string') return escaped(piece);
  return typeof piece === 'number' ? String(piece) : piece.map(textOf).join('');
}

/** A table with a head; the first cell of a row is its heading. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): Html {
  const row = ([first = '', ...cells]: readonly string[]) =>
    markup`<tr><th scope="row">${first}</th>${cells.map((cell) => markup`<td>${cell}</td>`)}</tr>\n`;
  const head = heads.map((text) => markup`<th scope="col">${text}</th>`);
  const body = rows.map(row);
  return markup`<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
}

/** A section with a heading; nothing if it has no content. */
export const section = (title: string, ...content: readonly (Html | undefined)[]): Html =>
  content.some(Boolean) ? markup`<section><h2>${title}</h2>\n${content}</section>\n` : markup``;

/** Named facts, in their order. */
export const factList = (rows: readonly (readonly [name: string, value: string])[]): Html =>
  markup`<dl>${rows.map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>\n`;

/** A text as a file inside the page, which browsers save without a network. */
export function embeddedFile(name: string, text: string): Html {
  const bytes = new TextEncoder().encode(text);
  let binary = '';
  // In pieces: a call takes a bounded number of arguments.
  for (let i = 0; i < bytes.length; i += 0x8000) binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  const address = `data:application/octet-stream;base64,${btoa(binary)}`;
  return markup`<a class="file" download="${name}" href="${address}">${name}</a>`;
}
