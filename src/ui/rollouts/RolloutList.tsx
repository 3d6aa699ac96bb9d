import type { RolloutView } from '../../run/step-record.ts';
import { Rollout } from './Rollout.tsx';
import type { Coloring } from './token-colors.ts';
import { TokenInspector } from './TokenInspector.tsx';

/** The responses as tokens, each of which shows its numbers. */
export function RolloutList({ rollouts, coloring }: { rollouts: readonly RolloutView[]; coloring: Coloring }) {
  return (
    <TokenInspector rollouts={rollouts}>
      {rollouts.map((rollout, i) => (
        <Rollout key={i} rollout={rollout} index={i} coloring={coloring} />
      ))}
    </TokenInspector>
  );
}
