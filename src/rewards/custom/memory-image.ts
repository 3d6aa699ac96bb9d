/** The state of an interpreter: a copy of the pages of its memory that hold anything. */

/** In bytes. */
const PAGE = 4096;

export class MemoryImage {
  private readonly pages: { at: number; bytes: Uint8Array }[] = [];

  constructor(private readonly memory: WebAssembly.Memory) {
    const whole = new Uint8Array(memory.buffer);
    for (let at = 0; at < whole.length; at += PAGE) {
      // By words: most pages are empty.
      if (new Int32Array(memory.buffer, at, PAGE / 4).some((word) => word !== 0))
        this.pages.push({ at, bytes: whole.slice(at, at + PAGE) });
    }
  }

  /** Pages that held nothing are free memory or unused stack, whose contents do not matter. */
  restore(): void {
    const whole = new Uint8Array(this.memory.buffer);
    for (const { at, bytes } of this.pages) whole.set(bytes, at);
  }
}
