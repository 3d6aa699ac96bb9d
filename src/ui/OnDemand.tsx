import { Component, createElement, Suspense, type ReactNode } from 'react';
import type { Part } from './part.ts';

interface OnDemandProps<Props extends object> {
  part: Part<Props>;
  props: Props;
  /** Shown while the part loads: by default nothing, but the page says that it is busy. */
  waiting?: ReactNode;
}

/**
 * A part that loads when first shown. If its files cannot be loaded (no network, or a newer version on the server), it
 * says so in its place and offers another attempt; the rest of the page and a run continue.
 */
export class OnDemand<Props extends object> extends Component<OnDemandProps<Props>, { problem: string | undefined }> {
  override state: { problem: string | undefined } = { problem: undefined };

  static getDerivedStateFromError(error: unknown): { problem: string } {
    return { problem: error instanceof Error ? error.message : String(error) };
  }

  override componentDidCatch(): void {
    this.props.part.forget();
  }

  override render(): ReactNode {
    const { part, props, waiting } = this.props;
    if (this.state.problem === undefined)
      return (
        <Suspense fallback={waiting ?? <span hidden aria-busy />}>{createElement(part.component, props)}</Suspense>
      );
    return (
      <div className="load-failure note warning" role="alert">
        A part of the page failed: {this.state.problem}. If you are offline, connect and try again. If a newer version
        was published, reload the page; that ends a run in this tab.{' '}
        <button type="button" onClick={() => this.setState({ problem: undefined })}>
          Try again
        </button>
      </div>
    );
  }
}
