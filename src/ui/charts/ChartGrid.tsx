import { useRun } from '../../store/run-store.ts';
import { compact, percent } from '../format.ts';
import { LineCard } from './LineCard.tsx';
import type { LineSpec } from './lines.ts';
import { MassShareCard } from './MassShareCard.tsx';
import { TokenScatterCard } from './TokenScatterCard.tsx';

const ACCENT = 'var(--accent)';
const GREEDY: LineSpec = { key: 'evaluation/accuracy/greedy', title: 'held-out, greedy', color: 'var(--good)', dots: true };
const SAMPLED: LineSpec = { key: 'evaluation/accuracy/sampled', title: 'held-out, sampled', color: 'var(--good)', dashed: true, dots: true };

const REWARD: LineSpec[] = [{ key: 'rl/critic/score/mean', title: 'reward', color: ACCENT }, GREEDY, SAMPLED];
const CLIPPED: LineSpec[] = [
  { key: 'rl/clip_ratio/low_mean', title: 'below, A<0', color: 'var(--zone-negative-low)' },
  { key: 'rl/clip_ratio/high_mean', title: 'above, A>0', color: 'var(--zone-positive-high)' },
];
const PRESERVED: LineSpec[] = [{ key: 'rl/gradient/preserved_share', title: 'kept', color: 'var(--zone-positive-high)' }];
const ENTROPY: LineSpec[] = [{ key: 'rl/actor/entropy', title: 'entropy', color: ACCENT }];
const KL: LineSpec[] = [
  { key: 'rl/actor/ppo_kl', title: 'to old policy', color: ACCENT },
  { key: 'rl/actor/kl_loss', title: 'to reference', color: 'var(--good)', dashed: true },
];
const NORM: LineSpec[] = [{ key: 'rl/actor/grad_norm', title: 'gradient norm', color: ACCENT }];
const LENGTH: LineSpec[] = [{ key: 'rl/response_length/mean', title: 'mean length', color: ACCENT }];
const SPEED: LineSpec[] = [{ key: 'rl/tokens_per_second', title: 'tokens/s', color: ACCENT }];
const SFT_LOSS: LineSpec[] = [{ key: 'sft/train/loss', title: 'SFT loss', color: ACCENT }];
const SFT_ACCURACY: LineSpec[] = [GREEDY, SAMPLED];

const fraction = (value: number) => percent(value, value < 0.1 && value > 0 ? 1 : 0);
const number = (value: number | undefined, format: (value: number) => string) => (value === undefined ? '–' : format(value));

/** The middle column: what the run does, live. */
export function ChartGrid() {
  const supervised = useRun((run) => run.running?.sft !== undefined);
  return (
    <div className="cards">
      {supervised && (
        <>
          <LineCard name="sft-loss" title="SFT loss" lines={SFT_LOSS} format={compact} figures={(last) => `${number(last('sft/train/loss'), compact)} nats a token`} empty="Loss on worked solutions" />
          <LineCard name="sft-accuracy" title="Held-out accuracy" lines={SFT_ACCURACY} format={fraction} max={1} figures={(last) => accuracies(last)} empty="Share of held-out problems answered right" />
        </>
      )}
      <LineCard name="reward" title="Reward" lines={REWARD} format={fraction} max={1} figures={(last) => `${number(last('rl/critic/score/mean'), percent)} · ${accuracies(last)}`} empty="Press Train: the share of right answers will climb here" />
      <LineCard name="clipped" title="Clipped tokens" lines={CLIPPED} format={fraction} figures={(last) => `${number(last('rl/clip_ratio/low_mean'), percent)} below · ${number(last('rl/clip_ratio/high_mean'), percent)} above`} empty="Share of tokens outside the band on the side their advantage pushes to" />
      <LineCard name="preserved" title="Gradient kept from clipping" lines={PRESERVED} format={fraction} figures={(last) => `${number(last('rl/gradient/preserved_share'), percent)} of mass, PPO 0`} empty="Share of the gradient that comes from clipped tokens" />
      <LineCard name="entropy" title="Entropy" lines={ENTROPY} format={compact} figures={(last) => `${number(last('rl/actor/entropy'), compact)} nats a token`} empty="How undecided the policy is" />
      <MassShareCard />
      <TokenScatterCard />
      <LineCard name="kl" title="KL" lines={KL} format={compact} figures={(last) => `${number(last('rl/actor/ppo_kl'), compact)} nats to the old policy`} empty="How far a rollout's updates move the policy" />
      <LineCard name="gradient-norm" title="Gradient norm" lines={NORM} format={compact} figures={(last) => `${number(last('rl/actor/grad_norm'), compact)} before clipping`} empty="Global norm of the gradient" />
      <LineCard name="length" title="Response length" lines={LENGTH} format={compact} figures={(last) => `${number(last('rl/response_length/mean'), compact)} tokens`} empty="Mean length of a response" />
      <LineCard name="speed" title="Speed" lines={SPEED} format={compact} figures={(last) => `${number(last('rl/tokens_per_second'), compact)} response tokens/s`} empty="Response tokens a second, whole steps counted" />
    </div>
  );
}

function accuracies(last: (key: string) => number | undefined): string {
  const short = (key: string) => number(last(key), (value) => percent(value, 0));
  return `held-out ${short(GREEDY.key)} greedy, ${short(SAMPLED.key)} sampled`;
}
