const WIDTH = 120;

/** Breaks a paragraph into lines of at most 120 characters, at spaces. @param before at the beginning of every line */
export function wrapped(paragraph: string, before = ''): string {
  const lines: string[] = [];
  for (const word of paragraph.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= WIDTH) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(before + word);
  }
  return lines.join('\n');
}
