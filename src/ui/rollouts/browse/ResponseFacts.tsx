import { useRollouts } from '../../../store/rollouts-store.ts';
import type { RolloutDetail } from '../../../views/rollouts.ts';
import { compact, percent } from '../../format.ts';
import { ZONE_INFO } from '../../zones.ts';
import { ZONE_FILTERS, ZONE_ORDER } from './rollout-texts.ts';

/** The numbers of a response. */
export function ResponseFacts({ detail }: { detail: RolloutDetail }) {
  const reference = useRollouts((state) => state.opened?.reference);
  const { row, zones } = detail;
  const { measured } = row;
  return (
    <dl className="token-detail response-facts">
      <dt>tokens</dt>
      <dd>
        {row.length} <span className="aside">{row.finished ? 'with end token' : 'cut off at the length limit'}</span>
      </dd>
      {measured && (
        <>
          <dt>mean ratio r</dt>
          <dd>{measured.ratio.toFixed(3)}</dd>
          <dt>KL old to new</dt>
          <dd>
            {compact(measured.kl)} <span className="aside">nats per token, k3</span>
          </dd>
          {measured.klReference !== undefined && (
            <>
              <dt>KL to reference</dt>
              <dd>
                {compact(measured.klReference)} <span className="aside">nats per token, {reference ?? ''}</span>
              </dd>
            </>
          )}
          <dt>clipped by PPO</dt>
          <dd>
            {percent(measured.high)} <span className="aside">{ZONE_INFO['positive-high'].title}</span>
            <br />
            {percent(measured.low)} <span className="aside">{ZONE_INFO['negative-low'].title}</span>
          </dd>
          {ZONE_ORDER.filter((zone) => zones[zone] > 0).map((zone) => (
            <Count key={zone} title={ZONE_FILTERS[zone].title} help={ZONE_FILTERS[zone].meaning} count={zones[zone]} />
          ))}
        </>
      )}
    </dl>
  );
}

function Count({ title, help, count }: { title: string; help: string; count: number }) {
  return (
    <>
      <dt title={help}>{title}</dt>
      <dd>
        {count} <span className="aside">token{count === 1 ? '' : 's'}</span>
      </dd>
    </>
  );
}
