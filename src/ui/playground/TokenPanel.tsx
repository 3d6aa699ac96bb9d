import type { KeyboardEvent } from 'react';
import type { PlaygroundToken, TokenReadingView } from '../../views/playground.ts';
import { usePlayground } from '../../store/playground-store.ts';
import { spotElement, useSpot, type Spot } from './spot-store.ts';
import { nats, named, probability } from './token-shades.ts';
import { useColumnNames } from './use-model-choices.ts';

/** The probability of the selected token and its most probable alternatives; a click continues from one of them. */
export function TokenPanel() {
  const spot = useSpot((state) => state.spot);
  const columns = usePlayground((state) => state.columns);
  const difference = usePlayground((state) => state.difference);
  const names = useColumnNames();
  const back = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !spot) return;
    event.stopPropagation();
    spotElement(spot)?.focus();
  };
  const views: { name: string; token: PlaygroundToken | undefined; spot: Spot | undefined }[] = !spot
    ? []
    : spot.part === 'difference'
      ? (difference?.tokens ?? []).map((tokens, i) => ({
          name: names[i] ?? '',
          token: tokens[spot.index],
          spot: undefined,
        }))
      : [{ name: names[spot.side] ?? '', token: columns[spot.side][spot.part][spot.index], spot }];
  const shown = views.filter(
    (view): view is { name: string; token: PlaygroundToken; spot: Spot | undefined } => view.token !== undefined,
  );
  if (shown.length === 0) {
    return (
      <section className="section">
        <h2 className="section-title">Token</h2>
        <p className="hint">
          Point at a token, or move to it with the arrow keys, to see its probability, its rank and the most probable
          alternatives.
        </p>
      </section>
    );
  }
  return (
    <div className="token-panel" data-testid="token-panel" onKeyDown={back}>
      {shown.map(({ name, token, spot: place }, i) => (
        <section key={i} className="section">
          <h2 className="section-title">{shown.length > 1 || names[1] ? name : 'Token'}</h2>
          <TokenFacts token={token} />
          {token.reading && <Alternatives id={token.id} reading={token.reading} spot={place} />}
        </section>
      ))}
    </div>
  );
}

function TokenFacts({ token: { id, text, reading } }: { token: PlaygroundToken }) {
  return (
    <>
      <p className="token-head">
        <span className="token-big">{named(text)}</span>
        {reading && <b data-testid="token-probability">{probability(reading.logprob)}</b>}
      </p>
      <dl className="token-detail four">
        <dt>log-prob</dt>
        <dd>{reading ? nats(reading.logprob) : '\u2013'}</dd>
        <dt>rank</dt>
        <dd>{reading ? reading.rank.toLocaleString('en') : '\u2013'}</dd>
        <dt>entropy</dt>
        <dd>{reading ? nats(reading.entropy) : '\u2013'}</dd>
        <dt>id</dt>
        <dd>{id}</dd>
      </dl>
      {!reading && <p className="hint">The first token has no probability: there is no text before it.</p>}
    </>
  );
}

function Alternatives({
  id,
  reading: { alternatives, logprob, rank },
  spot,
}: {
  id: number;
  reading: TokenReadingView;
  spot: Spot | undefined;
}) {
  const busy = usePlayground(({ columns }) => spot !== undefined && columns[spot.side].busy);
  const goOn = (token: number) => {
    if (spot && spot.part !== 'difference')
      void usePlayground.getState().goOn(spot.side, { part: spot.part, index: spot.index }, token);
  };
  // A token beyond the most probable ones is listed below them.
  const beyond = rank > alternatives.length;
  const named8 = alternatives.reduce((sum, one) => sum + Math.exp(one.logprob), 0) + (beyond ? Math.exp(logprob) : 0);
  return (
    <>
      <h3 className="alternatives-title">{spot ? 'Continue from here with' : 'Most probable tokens'}</h3>
      <ol className="alternatives">
        {alternatives.map((one) => (
          <li key={one.id}>
            <button
              type="button"
              className="alternative"
              data-testid="alternative"
              disabled={!spot || busy}
              aria-current={one.id === id ? 'true' : undefined}
              onClick={() => goOn(one.id)}
            >
              <span className="alternative-bar" style={{ width: `${100 * Math.exp(one.logprob)}%` }} />
              <span className="alternative-text">{named(one.text)}</span>
              <span className="alternative-share">{probability(one.logprob)}</span>
            </button>
          </li>
        ))}
      </ol>
      <p className="hint">
        {beyond && `This token has rank ${rank.toLocaleString('en')}. `}
        {named8 < 0.9995 ? `All other tokens: ${probability(Math.log(Math.max(1e-9, 1 - named8)))}.` : ''}
      </p>
    </>
  );
}
