import { ZONES } from '../../run/step-record.ts';
import { useRun } from '../../store/run-store.ts';
import { compact, percent } from '../format.ts';
import { ZONE_INFO, zoneColor } from '../zones.ts';
import type { Figure } from './Card.tsx';
import { LineCard } from './LineCard.tsx';
import type { LineSpec } from './lines.ts';
import { MassShareCard } from './MassShareCard.tsx';
import { StepProfileCard } from './StepProfileCard.tsx';
import { SplitCard } from './SplitCard.tsx';
import { TokenScatterCard } from './TokenScatterCard.tsx';

const ACCENT = 'var(--accent)';
const GREEDY: LineSpec = {
  key: 'evaluation/accuracy/greedy',
  title: 'held-out, greedy',
  color: 'var(--good)',
  dots: true,
};
const SAMPLED: LineSpec = {
  key: 'evaluation/accuracy/sampled',
  title: 'held-out, sampled',
  color: 'var(--good)',
  dashed: true,
  dots: true,
};

const REWARD: LineSpec[] = [{ key: 'rl/critic/score/mean', title: 'reward', color: ACCENT }, GREEDY, SAMPLED];
const CLIPPED: LineSpec[] = [
  { key: 'rl/clip_ratio/low_mean', title: 'below, A<0', color: 'var(--zone-negative-low)' },
  { key: 'rl/clip_ratio/high_mean', title: 'above, A>0', color: 'var(--zone-positive-high)' },
];
const PRESERVED: LineSpec[] = [
  { key: 'rl/gradient/preserved_share', title: 'preserved', color: 'var(--zone-positive-high)' },
];
const ENTROPY: LineSpec[] = [{ key: 'rl/actor/entropy', title: 'entropy', color: ACCENT }];
const KL: LineSpec[] = [
  { key: 'rl/actor/ppo_kl', title: 'to old policy', color: ACCENT },
  { key: 'rl/actor/kl_loss', title: 'to reference', color: 'var(--good)', dashed: true },
];
const NORM: LineSpec[] = [{ key: 'rl/actor/grad_norm', title: 'gradient norm', color: ACCENT }];
const LENGTH: LineSpec[] = [{ key: 'rl/response_length/mean', title: 'mean length', color: ACCENT }];
const SPEED: LineSpec[] = [{ key: 'rl/tokens_per_second', title: 'tokens/s', color: ACCENT }];
const split = (what: string) =>
  ZONES.map((zone): LineSpec => ({
    key: `rl/gradient_split/${zone}/${what}`,
    title: ZONE_INFO[zone].title,
    color: zoneColor(zone),
    dots: true,
  }));
const SPLIT_NORMS = split('norm');
const SPLIT_COSINES = split('cosine_inside').slice(1);
const SPLIT_UNCLIPPED = split('cosine_unclipped');
const SFT_LOSS: LineSpec[] = [{ key: 'sft/train/loss', title: 'SFT loss', color: ACCENT }];
const SFT_ACCURACY: LineSpec[] = [GREEDY, SAMPLED];

const fraction = (value: number) => percent(value, value < 0.1 && value > 0 ? 1 : 0);
const whole = (value: number) => percent(value, 0);

type Last = (key: string) => number | undefined;

/** The newest value of a line, with its name and unit. */
function figure(
  last: Last,
  { key, color, dashed }: LineSpec,
  text: (value: string) => string,
  format: (value: number) => string,
): Figure[] {
  const value = last(key);
  return value === undefined ? [] : [{ text: text(format(value)), color, ...(dashed && { hollow: true }) }];
}

const accuracies = (last: Last): Figure[] => [
  ...figure(last, GREEDY, (value) => `held-out ${value}`, whole),
  ...figure(last, SAMPLED, (value) => `sampled ${value}`, whole),
];

/** The value of the only line of a card needs no colour beside it. */
const only =
  (lines: readonly LineSpec[], unit: string, format = compact) =>
  (last: Last): Figure[] =>
    lines
      .slice(0, 1)
      .flatMap((line) => figure(last, line, (value) => `${value} ${unit}`, format))
      .map(({ text }) => ({ text }));

const each =
  (lines: readonly LineSpec[], texts: readonly string[], format: (value: number) => string) =>
  (last: Last): Figure[] =>
    lines.flatMap((line, i) => figure(last, line, (value) => `${value} ${texts[i] ?? ''}`, format));

const FIGURES = {
  loss: only(SFT_LOSS, 'nats per token'),
  reward: (last: Last): Figure[] => [
    ...REWARD.slice(0, 1).flatMap((line) => figure(last, line, (value) => value, percent)),
    ...accuracies(last),
  ],
  clipped: each(CLIPPED, ['below', 'above'], percent),
  preserved: only(PRESERVED, 'of gradient mass', percent),
  entropy: only(ENTROPY, 'nats per token'),
  kl: each(KL, ['nats to the old policy', 'to the reference'], compact),
  norm: only(NORM, 'before clipping'),
  length: only(LENGTH, 'tokens'),
  speed: only(SPEED, 'response tokens/s'),
};

/** The middle column: live charts of the run. */
export function ChartGrid() {
  const supervised = useRun((run) => run.running?.sft !== undefined);
  const reinforced = useRun((run) => run.running === undefined || run.running.rl !== undefined);
  const splitting = useRun((run) => (run.running?.rl?.split_every ?? 0) > 0);
  return (
    <div className="cards">
      {supervised && (
        <>
          <LineCard
            name="sft-loss"
            title="SFT loss"
            lines={SFT_LOSS}
            format={compact}
            figures={FIGURES.loss}
            empty="Loss on worked solutions"
          />
          <LineCard
            name="sft-accuracy"
            title="Held-out accuracy"
            lines={SFT_ACCURACY}
            format={whole}
            max={1}
            figures={accuracies}
            empty="Share of held-out problems solved"
          />
        </>
      )}
      {reinforced && (
        <>
          <LineCard
            name="reward"
            title="Reward"
            lines={REWARD}
            format={whole}
            max={1}
            figures={FIGURES.reward}
            empty="Press Train. The mean reward of each rollout appears here"
          />
          <LineCard
            name="clipped"
            title="Clipped tokens"
            lines={CLIPPED}
            format={fraction}
            figures={FIGURES.clipped}
            empty="Share of tokens outside the clip range in the direction of their advantage"
          />
          <LineCard
            name="preserved"
            title="Preserved gradient"
            lines={PRESERVED}
            format={fraction}
            figures={FIGURES.preserved}
            empty="Share of the gradient from tokens that PPO would clip; 0 for PPO"
          />
          <LineCard
            name="entropy"
            title="Entropy"
            lines={ENTROPY}
            format={compact}
            figures={FIGURES.entropy}
            empty="Mean entropy of the policy’s next-token distribution"
          />
          <MassShareCard />
          {splitting && (
            <>
              <div className="cards three">
                <LineCard
                  name="split-norms"
                  title="Exact gradient norm"
                  lines={SPLIT_NORMS}
                  format={compact}
                  figures={only(SPLIT_NORMS, 'inside', compact)}
                  empty="Norm of the parameter gradient of the tokens in each zone"
                />
                <LineCard
                  name="split-cosines"
                  title="Cosine with inside"
                  lines={SPLIT_COSINES}
                  format={compact}
                  min={-1}
                  max={1}
                  figures={() => []}
                  empty="Cosine of each zone’s gradient with the gradient of the tokens inside the clip range"
                />
                <LineCard
                  name="split-unclipped"
                  title="Cosine with unclipped"
                  lines={SPLIT_UNCLIPPED}
                  format={compact}
                  min={-1}
                  max={1}
                  figures={() => []}
                  empty="Cosine of each zone’s gradient with the gradient without clipping"
                />
              </div>
              <SplitCard />
            </>
          )}
          <TokenScatterCard />
          <LineCard
            name="kl"
            title="KL"
            lines={KL}
            format={compact}
            figures={FIGURES.kl}
            empty="KL divergence from the old policy, and from the reference policy if it is in the loss"
          />
          <LineCard
            name="gradient-norm"
            title="Gradient norm"
            lines={NORM}
            format={compact}
            figures={FIGURES.norm}
            empty="Global gradient norm, before clipping"
          />
          <LineCard
            name="length"
            title="Response length"
            lines={LENGTH}
            format={compact}
            figures={FIGURES.length}
            empty="Mean response length in tokens"
          />
          <LineCard
            name="speed"
            title="Speed"
            lines={SPEED}
            format={compact}
            figures={FIGURES.speed}
            empty="Response tokens per second, over whole steps"
          />
        </>
      )}
      <StepProfileCard />
    </div>
  );
}
