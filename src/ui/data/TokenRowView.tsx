import { useState, type KeyboardEvent, type PointerEvent } from 'react';
import type { DataToken, TokenRow } from '../../views/data.ts';
import { visible } from '../playground/token-shades.ts';

/** Tokens of a row before it is opened: enough to see where the response begins, where that is possible. */
const shortLength = (prompt: number) => Math.min(700, Math.max(240, prompt + 120));

/** A single space needs no sign: its token has a colour. */
const shownText = (text: string) => (text === ' ' ? text : visible(text));

const KINDS: Record<DataToken['kind'], string> = {
  prompt: 'prompt',
  target: 'trained',
  masked: 'not trained',
};

const spoken = ({ id, text, kind, special }: DataToken): string =>
  `“${visible(text)}” id ${id}, ${special ? `${special} token, ` : ''}${KINDS[kind]}`;

/** One row token by token. Its tokens are one tab stop: arrow keys move between them. */
export function TokenRowView({ row }: { row: TokenRow }) {
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState<number>();
  const { place, tokens, prompt, response, problem } = row;
  if (problem !== undefined)
    return (
      <p className="note warning">
        <b>{place}</b>: {problem}
      </p>
    );
  const short = shortLength(prompt);
  const shown = open ? tokens : tokens.slice(0, short);
  const token = at === undefined ? undefined : shown[at];
  const move = (event: KeyboardEvent) => {
    const to = { ArrowRight: (at ?? -1) + 1, ArrowLeft: (at ?? 1) - 1, Home: 0, End: shown.length - 1 }[event.key];
    if (to === undefined || to < 0 || to >= shown.length) return;
    event.preventDefault();
    setAt(to);
  };
  const look = (event: PointerEvent) => {
    const index = event.target instanceof HTMLElement ? event.target.dataset['index'] : undefined;
    if (index !== undefined) setAt(Number(index));
  };
  return (
    <div className="data-token-row" data-testid="token-row">
      <div className="data-token-head">
        <b>{place}</b>
        <span className="aside">
          {prompt} prompt + {response ?? 0} response tokens
        </span>
        <span className="data-token-detail" aria-live="polite">
          {token && spoken(token)}
        </span>
      </div>
      <div
        className="data-token-text"
        role="application"
        aria-roledescription="tokens"
        tabIndex={0}
        aria-label={`Tokens of ${place}; arrow keys move between them`}
        onKeyDown={move}
        onPointerOver={look}
        onBlur={() => setAt(undefined)}
      >
        {shown.map(({ id, text, kind, special }, i) => (
          <span key={i}>
            <span
              className={`data-token ${kind}${special ? ' special' : ''}${i === at ? ' at' : ''}`}
              data-index={i}
              data-kind={kind}
              title={`id ${id}`}
            >
              {special && text === '' ? special : shownText(text)}
            </span>
            {text.includes('\n') && <br />}
          </span>
        ))}
      </div>
      {tokens.length > short && (
        <button
          type="button"
          className="link"
          aria-label={`${open ? 'Fewer' : 'All'} tokens of ${place}`}
          onClick={() => setOpen(!open)}
        >
          {open ? 'Fewer' : `All ${prompt + (response ?? 0)} tokens`}
        </button>
      )}
    </div>
  );
}
