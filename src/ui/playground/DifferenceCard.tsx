import { SegmentedControl } from '@mantine/core';
import { memo, useCallback, type FocusEvent, type PointerEvent } from 'react';
import type { PlaygroundToken } from '../../views/playground.ts';
import { usePlayground, type Side } from '../../store/playground-store.ts';
import { compact } from '../format.ts';
import { useSpotIn } from './spot-store.ts';
import { lookAt, moveBetweenTokens } from './TokenText.tsx';
import { named, nats, visible } from './token-shades.ts';

/** Half of a bar's height, pixels. */
const HALF = 24;

/** One text under both models: the difference in log-prob of each token. */
export function DifferenceCard({ names }: { names: [string, string] }) {
  const difference = usePlayground((state) => state.difference);
  const reading = usePlayground((state) => state.reading);
  const written = usePlayground(({ columns }) => columns.some(({ response }) => response.length > 0));
  if (!written) return null;
  const [before, after] = difference?.tokens ?? [[], []];
  const length = difference?.promptLength ?? 0;
  const sum = (tokens: readonly PlaygroundToken[]) =>
    tokens.slice(length).reduce((total, token) => total + (token.reading?.logprob ?? 0), 0);
  const [first, second] = [sum(before), sum(after)];
  return (
    <section className="card difference" aria-label="Difference in log-prob" data-testid="play-difference">
      <h3 className="card-title">
        Same text under both models
        <small>
          {difference?.tokens && (
            <>
              log-prob of the response {nats(first)} → {nats(second)}: <b>{times(second - first)}</b>
            </>
          )}
        </small>
      </h3>
      <div className="composer-top">
        <SegmentedControl
          size="xs"
          aria-label="Text from"
          value={String(reading)}
          data={names.map((name, i) => ({ value: String(i), label: `from ${name || 'none'}` }))}
          onChange={(value) => void usePlayground.getState().setReading(Number(value) as Side)}
        />
        <span className="hint">
          <i className="swatch" style={{ background: 'var(--zone-positive-high)' }} />
          {names[1]}: more probable
          <i className="swatch" style={{ background: 'var(--zone-negative-low)', marginLeft: 12 }} />
          less probable
        </span>
      </div>
      {difference?.error && (
        <p className="note warning" role="alert">
          {difference.error.message} {difference.error.advice}
        </p>
      )}
      {difference?.tokens ? (
        <Bars before={before} after={after} promptLength={length} />
      ) : (
        !difference?.error && (
          <p className="card-empty response-empty">
            {difference ? 'Computing log-probs under both models' : 'Appears when the response is complete'}
          </p>
        )
      )}
    </section>
  );
}

/** How many times as likely, from a difference of log-probs. */
function times(change: number): string {
  if (Math.abs(change) < 0.005) return 'equally likely';
  return `${compact(Math.exp(Math.abs(change)))} times ${change > 0 ? 'as' : 'less'} likely`;
}

function Bars({
  before,
  after,
  promptLength,
}: {
  before: readonly PlaygroundToken[];
  after: readonly PlaygroundToken[];
  promptLength: number;
}) {
  const at = useSpotIn(1, 'difference');
  const look = useCallback(
    (event: PointerEvent | FocusEvent) => lookAt(event.target, { side: 1, part: 'difference' }),
    [],
  );
  return (
    <div
      className="difference-tokens"
      role="group"
      aria-label="Change of log-prob per token; arrow keys move between tokens"
      data-text="difference-1"
      onPointerOver={look}
      onFocus={look}
      onKeyDown={moveBetweenTokens}
    >
      <BarTokens before={before} after={after} promptLength={promptLength} at={at} />
    </div>
  );
}

const BarTokens = memo(function BarTokens({
  before,
  after,
  promptLength,
  at,
}: {
  before: readonly PlaygroundToken[];
  after: readonly PlaygroundToken[];
  promptLength: number;
  at: number;
}) {
  const changes = before.map((token, i) =>
    token.reading && after[i]?.reading ? after[i].reading.logprob - token.reading.logprob : 0,
  );
  // Small differences stay small: the scale never goes below half a nat.
  const most = Math.max(0.5, ...changes.map(Math.abs));
  return before.map((token, i) => {
    const change = changes[i] ?? 0;
    const height = (HALF * Math.abs(change)) / most;
    const text = `${named(token.text)}: ${change < 0 ? '' : '+'}${nats(change)} nats`;
    return (
      <button
        key={i}
        type="button"
        className={`difference-token${i < promptLength ? ' prompt' : ''}${i === at ? ' looked-at' : ''}`}
        data-index={i}
        tabIndex={i === Math.max(0, at) ? 0 : -1}
        aria-label={text}
      >
        <span className="difference-bar" style={{ height: 2 * HALF }} aria-hidden>
          <i
            style={
              change >= 0
                ? { bottom: HALF, height, background: 'var(--zone-positive-high)' }
                : { top: HALF, height, background: 'var(--zone-negative-low)' }
            }
          />
        </span>
        {visible(token.text)}
      </button>
    );
  });
});
