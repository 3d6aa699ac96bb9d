import type { TokenView } from '../../run/step-record.ts';
import { compact } from '../format.ts';
import { ZONE_INFO, zoneFill } from '../zones.ts';

/** The numbers of one token. */
export function TokenDetail({ token }: { token: TokenView }) {
  return (
    <dl className="token-detail" data-testid="token-detail">
      <dt>token</dt>
      <dd className="token-name">{token.text}</dd>
      <dt>ratio r</dt>
      <dd>
        {token.ratio.toFixed(3)} <span className="aside">probability now / when sampled</span>
      </dd>
      <dt>probability</dt>
      <dd>
        {compact(token.oldProbability)} → {compact(token.probability)}
      </dd>
      <dt>zone</dt>
      <dd>
        <i className="swatch" style={{ background: zoneFill(token.zone) }} />
        {ZONE_INFO[token.zone].title} <span className="aside">{ZONE_INFO[token.zone].meaning}</span>
      </dd>
      <dt>gradient weight w</dt>
      <dd>
        {compact(token.weight)}{' '}
        <span className="aside">(PPO: {compact(token.ppoWeight)}); scales the token’s gradient</span>
      </dd>
      <dt>entropy</dt>
      <dd>{compact(token.entropy)} nats</dd>
    </dl>
  );
}
