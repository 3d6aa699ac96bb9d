/** Progress of a download on stderr: one line that is rewritten on a terminal, else one line per 10 %. */
import { megabytesText } from '../views/memory.ts';

export class DownloadLine {
  private shown = '';
  private tenth = -1;

  /** @param name what is downloaded @param folder where to */
  constructor(
    private readonly name: string,
    folder: string,
  ) {
    console.error(`downloading ${name} to ${folder}`);
  }

  /** @param waiting the connection failed, and the next attempt is in this many ms */
  update(loaded: number, total: number, waiting?: number): void {
    const percent = total > 0 ? Math.floor((100 * loaded) / total) : 100;
    const text =
      `${this.name}: ${percent} % of ${megabytesText(total)}` +
      (waiting === undefined ? '' : `, connection lost, next attempt in ${waiting / 1000} s`);
    if (text === this.shown) return;
    const tenth = Math.floor(percent / 10);
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
    else if (tenth > this.tenth || waiting !== undefined) console.error(text);
    this.tenth = Math.max(this.tenth, tenth);
    this.shown = text;
  }

  end(): void {
    if (process.stderr.isTTY && this.shown !== '') process.stderr.write('\n');
  }
}
