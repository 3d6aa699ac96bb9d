/** A component whose files are loaded when it is first shown, so that Train is ready early: see OnDemand.tsx. */
import { lazy, type ComponentType, type LazyExoticComponent } from 'react';

export class Part<Props extends object> {
  private lazily: LazyExoticComponent<ComponentType<Props>> | undefined;
  private loaded: ComponentType<Props> | undefined;

  constructor(private readonly load: () => Promise<ComponentType<Props>>) {}

  get isLoaded(): boolean {
    return this.loaded !== undefined;
  }

  /** What to render: the component itself if it was loaded before it was first shown. */
  get component(): ComponentType<Props> | LazyExoticComponent<ComponentType<Props>> {
    // A part that is on the page keeps its type: another one would mount it again.
    if (this.loaded && !this.lazily) return this.loaded;
    this.lazily ??= lazy(async () => ({ default: await this.preload() }));
    return this.lazily;
  }

  async preload(): Promise<ComponentType<Props>> {
    this.loaded ??= await this.load();
    return this.loaded;
  }

  /** After a failure, which React keeps: the next attempt loads again. */
  forget(): void {
    this.lazily = undefined;
  }
}
