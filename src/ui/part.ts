/** A component whose files are loaded when it is first shown, so that Train is ready early: see OnDemand.tsx. */
import { lazy, type ComponentType, type LazyExoticComponent } from 'react';

export class Part<Props extends object> {
  private component: LazyExoticComponent<ComponentType<Props>> | undefined;

  constructor(private readonly load: () => Promise<ComponentType<Props>>) {}

  get lazily(): LazyExoticComponent<ComponentType<Props>> {
    this.component ??= lazy(async () => ({ default: await this.load() }));
    return this.component;
  }

  /** After a failure, which React keeps: the next attempt loads again. */
  forget(): void {
    this.component = undefined;
  }
}
