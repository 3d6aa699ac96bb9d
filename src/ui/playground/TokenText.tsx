import { memo, useCallback, type FocusEvent, type KeyboardEvent, type PointerEvent } from 'react';
import type { PlaygroundToken } from '../../views/playground.ts';
import type { Side } from '../../store/playground-store.ts';
import { useSpot, useSpotIn, type Spot } from './spot-store.ts';
import { nats, named, probability, tokenShade, visible, type Shading } from './token-shades.ts';

interface TokenTextProps {
  tokens: readonly PlaygroundToken[];
  side: Side;
  part: 'prompt' | 'response';
  shading: Shading;
  /** Accessible name of the text. */
  label: string;
}

/**
 * A text as tokens, shaded by probability, entropy or rank. One tab stop; arrow keys move between tokens.
 */
export function TokenText({ tokens, side, part, shading, label }: TokenTextProps) {
  const at = useSpotIn(side, part);
  const look = useCallback((event: PointerEvent | FocusEvent) => lookAt(event.target, { side, part }), [side, part]);
  return (
    <span
      className={part === 'prompt' ? 'token-run prompt' : 'token-run'}
      role="group"
      aria-label={`${label}; arrow keys move between tokens, Enter opens alternatives`}
      data-text={`${part}-${side}`}
      onPointerOver={look}
      onFocus={look}
      onKeyDown={moveBetweenTokens}
    >
      <Tokens tokens={tokens} shading={shading} at={at} />
    </span>
  );
}

const Tokens = memo(function Tokens({
  tokens,
  shading,
  at,
}: {
  tokens: readonly PlaygroundToken[];
  shading: Shading;
  at: number;
}) {
  return tokens.map((token, i) => (
    <span key={i}>
      <button
        type="button"
        className={i === at ? 'token looked-at' : 'token'}
        tabIndex={i === Math.max(0, at) ? 0 : -1}
        data-index={i}
        data-testid="play-token"
        style={{ background: tokenShade(token, shading) }}
        aria-label={spoken(token)}
      >
        {visible(token.text)}
      </button>
      {token.text.includes('\n') && <br />}
    </span>
  ));
});

function spoken({ text, reading }: PlaygroundToken): string {
  if (!reading) return `${named(text)}, the first token`;
  return (
    `${named(text)}, probability ${probability(reading.logprob)}, rank ${reading.rank}, entropy ` +
    `${nats(reading.entropy)} nats`
  );
}

export function lookAt(target: EventTarget, text: Pick<Spot, 'side' | 'part'>): void {
  const element = target instanceof Element ? target.closest<HTMLElement>('[data-index]') : null;
  if (element) useSpot.getState().look({ ...text, index: Number(element.dataset.index) });
}

/** Arrows and Home and End inside a text; Enter goes to the alternatives of the token. */
export function moveBetweenTokens(event: KeyboardEvent<HTMLElement>): void {
  const tokens = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-index]')];
  const at = tokens.findIndex((token) => token === document.activeElement);
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tokens.length - 1 }[event.key];
  const next =
    event.key === 'Enter'
      ? document.querySelector<HTMLElement>('.alternative:not(:disabled)')
      : to === undefined
        ? undefined
        : tokens[to];
  if (at < 0 || !next) return;
  event.preventDefault();
  next.focus();
}
