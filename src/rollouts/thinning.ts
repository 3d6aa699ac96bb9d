/**
 * Which steps of a run keep their rollouts: every k-th, from the first. k is 1 at first and doubles whenever the kept
 * steps exceed the bound, so it depends on their sizes only and not on when something was written.
 */
export class Thinning {
  every = 1;
  bytes = 0;
  private readonly sizes = new Map<number, number>();

  /** @param bound bytes that all kept steps may take */
  constructor(readonly bound: number) {}

  /** Whether a step is kept. @param step 1-based */
  wants(step: number): boolean {
    return (step - 1) % this.every === 0;
  }

  /** Bytes that one step may take, so that some remain whenever k doubles. */
  get share(): number {
    return this.bound / 8;
  }

  get steps(): number[] {
    return [...this.sizes.keys()];
  }

  /** Adds a step that is wanted. @returns the steps that are no longer kept, possibly this one too */
  add(step: number, bytes: number): number[] {
    this.bytes += bytes - (this.sizes.get(step) ?? 0);
    this.sizes.set(step, bytes);
    const dropped: number[] = [];
    while (this.bytes > this.bound && this.sizes.size > 1) {
      this.every *= 2;
      for (const [kept, size] of this.sizes) {
        if (this.wants(kept)) continue;
        this.sizes.delete(kept);
        this.bytes -= size;
        dropped.push(kept);
      }
    }
    return dropped;
  }
}
