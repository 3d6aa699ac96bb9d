/**
 * The lines of a run's metrics.jsonl. Most of them are in Blobs, which browsers keep outside the JavaScript heap: it
 * does not grow with the run.
 */
import type { StepRecord } from '../run/step-record.ts';

/** Characters that are collected before they become a Blob. */
const BLOCK = 1 << 18;

export class RecordLines {
  private readonly blocks: Blob[] = [];
  private newest: string[] = [];
  private characters = 0;

  add(record: StepRecord): void {
    const line = `${JSON.stringify(record)}\n`;
    this.newest.push(line);
    this.characters += line.length;
    if (this.characters < BLOCK) return;
    this.blocks.push(new Blob(this.newest));
    this.newest = [];
    this.characters = 0;
  }

  /** Characters of lines in the JavaScript heap. */
  get held(): number {
    return this.characters;
  }

  /** All lines, in order. */
  text(): Promise<string> {
    return new Blob([...this.blocks, ...this.newest]).text();
  }
}
