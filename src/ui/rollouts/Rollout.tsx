import { HoverCard } from '@mantine/core';
import { memo } from 'react';
import type { RolloutView, TokenView } from '../../run/step-record.ts';
import { compact, signed } from '../format.ts';
import { ZONE_INFO, zoneColor } from '../zones.ts';
import { tokenStyle, type Coloring } from './token-colors.ts';

/** One response: its reward and advantage, and its tokens. */
export const Rollout = memo(function Rollout({ rollout, coloring }: { rollout: RolloutView; coloring: Coloring }) {
  const right = rollout.reward === 1;
  return (
    <article className="rollout" data-testid="rollout">
      <div className="rollout-head">
        <span>
          reward <b className={right ? 'right' : ''}>{compact(rollout.reward)}</b>
        </span>
        <span>
          advantage <b>{signed(rollout.advantage)}</b>
        </span>
      </div>
      <div className="rollout-text">
        <span className="prompt">{rollout.prompt}</span>
        {rollout.tokens.map((token, i) => (
          <Token key={i} token={token} coloring={coloring} />
        ))}
      </div>
      {!right && <div className="rollout-answer">right answer: {rollout.answer}</div>}
    </article>
  );
});

function Token({ token, coloring }: { token: TokenView; coloring: Coloring }) {
  return (
    <HoverCard openDelay={60} closeDelay={0} position="bottom" shadow="md" withinPortal>
      <HoverCard.Target>
        <button type="button" className="token" data-testid="token" data-zone={token.zone} style={tokenStyle(token, coloring)} aria-label={`${token.text}, ratio ${compact(token.ratio)}, ${ZONE_INFO[token.zone].title}`}>
          {token.text}
        </button>
      </HoverCard.Target>
      <HoverCard.Dropdown>
        <TokenDetail token={token} />
      </HoverCard.Dropdown>
    </HoverCard>
  );
}

function TokenDetail({ token }: { token: TokenView }) {
  return (
    <dl className="token-detail" data-testid="token-detail">
      <dt>token</dt>
      <dd>{token.text}</dd>
      <dt>ratio r</dt>
      <dd>{token.ratio.toFixed(3)}</dd>
      <dt>probability</dt>
      <dd>
        {compact(token.oldProbability)} → {compact(token.probability)}
      </dd>
      <dt>zone</dt>
      <dd>
        <i className="swatch" style={{ background: zoneColor(token.zone) }} />
        {ZONE_INFO[token.zone].title}
      </dd>
      <dt>weight w</dt>
      <dd>
        {compact(token.weight)} <span style={{ fontWeight: 400 }}>(PPO: {compact(token.ppoWeight)})</span>
      </dd>
      <dt>entropy</dt>
      <dd>{compact(token.entropy)} nats</dd>
    </dl>
  );
}
