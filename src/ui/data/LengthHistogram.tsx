import type { LengthSummary } from '../../data/lengths.ts';

/** Lengths of prompt and response together; what is longer than the model's positions is marked. */
export function LengthHistogram({ bins, limit }: { bins: LengthSummary['histogram']; limit: number }) {
  const most = Math.max(1, ...bins.map(({ count }) => count));
  const [first, last] = [bins[0], bins.at(-1)];
  if (!first || !last) return null;
  return (
    <figure
      className="data-histogram"
      style={{ maxWidth: Math.max(260, 40 * bins.length) }}
      aria-label={`Rows by length: ${first.from} to ${last.to} tokens, ${bins.length} bins`}
    >
      <div className="data-bars" aria-hidden>
        {bins.map(({ from, to, count }) => (
          <span
            key={from}
            className={from > limit ? 'too-long' : undefined}
            title={`${from === to ? from : `${from} to ${to}`} tokens: ${count} rows`}
            style={{ height: `${count === 0 ? 0 : Math.max(2, (100 * count) / most)}%` }}
          />
        ))}
      </div>
      <figcaption>
        <span>{first.from} tokens</span>
        <span>prompt and response together</span>
        <span>{last.to} tokens</span>
      </figcaption>
    </figure>
  );
}
