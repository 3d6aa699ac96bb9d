/**
 * Metrics that come once per zone, part of the gradient, group of parameters, reward, difficulty band or source of
 * SFT, declared once for all of them: in a name and its texts `<zone>`, `<part>`, `<group>`, `<reward>`, `<band>` and
 * `<source>` are filled in.
 */
import { SPLIT_PARTS, ZONES, type SplitPart, type Zone } from '../step-record.ts';
import type { Metric } from './metric.ts';

const RL = ['rl'] as const;
const EVALUATION = ['evaluation'] as const;

export const FAMILIES = {
  'zone/<zone>/fraction': {
    title: 'Tokens in zone <zone>',
    short: '<zone> tokens',
    unit: 'share',
    phases: RL,
    source: 'GPPO Studio',
    help: 'Share of the tokens of a step that are in the zone.',
  },
  'zone/<zone>/mass': {
    title: 'Gradient mass of zone <zone>',
    short: '<zone> mass',
    unit: 'mass',
    phases: RL,
    source: 'GPPO Studio',
    help: 'Sum of |f w A| over the tokens of the zone, mean over minibatches.',
  },
  'zone/<zone>/weight_mean': {
    title: 'Gradient weight in zone <zone>',
    short: '<zone> weight',
    unit: 'ratio',
    phases: RL,
    source: 'GPPO Studio',
    help: 'Mean gradient weight w of the tokens of the zone; left out where the zone has no tokens.',
  },
  'zone/<zone>/entropy': {
    title: 'Entropy in zone <zone>',
    short: '<zone> entropy',
    unit: 'nats per token',
    phases: RL,
    source: 'GPPO Studio',
    paper: '2509.20712',
    help: 'Mean entropy of the policy at the tokens of the zone; left out where the zone has no tokens.',
  },
  'zone/<zone>/probability': {
    title: 'Token probability in zone <zone>',
    short: '<zone> probability',
    unit: 'share',
    phases: RL,
    source: 'GPPO Studio',
    paper: '2509.20712',
    help: 'Mean probability of the tokens of the zone; left out where the zone has no tokens.',
  },
  'rewards/<reward>/mean': {
    title: 'Reward <reward>',
    short: '<reward>',
    unit: 'reward',
    phases: RL,
    source: 'TRL',
    help: 'Mean score of one reward over the responses of the rollout, before its weight.',
  },
  'rewards/<reward>/std': {
    title: 'Spread of reward <reward>',
    short: '<reward> spread',
    unit: 'reward',
    phases: RL,
    source: 'TRL',
    help: 'Standard deviation of one reward over the responses of the rollout.',
  },
  'difficulty/<band>/accuracy': {
    title: 'Correct responses, <band>',
    short: '<band>',
    unit: 'accuracy',
    phases: RL,
    source: 'GPPO Studio',
    help: 'Share of the responses to problems of one difficulty band that are correct; left out in a step without any.',
  },
  'difficulty/<band>/score': {
    title: 'Reward, <band>',
    short: '<band>',
    unit: 'reward',
    phases: RL,
    source: 'GPPO Studio',
    help: 'Mean reward of the responses to problems of one difficulty band; left out in a step without any.',
  },
  'difficulty/<band>/share': {
    title: 'Share of prompts, <band>',
    short: '<band>',
    unit: 'share',
    phases: RL,
    source: 'GPPO Studio',
    help: 'Share of the sampled prompts that are of one difficulty band.',
  },
  'gradient_split/<part>/norm': {
    title: 'Gradient norm of <part>',
    short: '<part> norm',
    unit: 'norm',
    phases: RL,
    source: 'GPPO Studio',
    help: 'Norm of the parameter gradient from the tokens of the part alone; reported where split_every is above 0.',
  },
  'gradient_split/<part>/cosine_inside': {
    title: 'Cosine of <part> with inside',
    short: '<part> cosine with inside',
    unit: 'cosine',
    phases: RL,
    source: 'GPPO Studio',
    help: 'Cosine between the gradient of the part and that of the tokens inside the clip range.',
  },
  'gradient_split/<part>/cosine_unclipped': {
    title: 'Cosine of <part> with unclipped',
    short: '<part> cosine with unclipped',
    unit: 'cosine',
    phases: RL,
    source: 'GPPO Studio',
    help: 'Cosine between the gradient of the part and the gradient of the loss without clipping.',
  },
  'gradient_split/<part>/layers/<group>/norm': {
    title: 'Gradient norm of <part>, <group>',
    short: '<part> norm, <group>',
    unit: 'norm',
    phases: RL,
    source: 'GPPO Studio',
    help: 'As gradient_split/<part>/norm, over the parameters of one group: the embedding, a layer or the head.',
  },
  'gradient_split/<part>/layers/<group>/cosine_inside': {
    title: 'Cosine of <part> with inside, <group>',
    short: '<part> cosine with inside, <group>',
    unit: 'cosine',
    phases: RL,
    source: 'GPPO Studio',
    help: 'As gradient_split/<part>/cosine_inside, over the parameters of one group.',
  },
  'gradient_split/<part>/layers/<group>/cosine_unclipped': {
    title: 'Cosine of <part> with unclipped, <group>',
    short: '<part> cosine with unclipped, <group>',
    unit: 'cosine',
    phases: RL,
    source: 'GPPO Studio',
    help: 'As gradient_split/<part>/cosine_unclipped, over the parameters of one group.',
  },
  'eval/<source>/loss': {
    title: 'Validation loss of <source>',
    short: '<source>',
    unit: 'nats per token',
    phases: EVALUATION,
    source: 'TRL',
    help: 'Validation loss over the held-out rows of one source of SFT; reported where several sources hold rows out.',
  },
} satisfies Record<string, Metric>;

/** A name with its placeholders filled in. Groups of parameters are the model's own: `embedding`, `layer 0`, `head`. */
export type Filled<Name extends string> = Name extends `${infer A}<zone>${infer B}`
  ? `${A}${Zone}${B}`
  : Name extends `${infer A}<part>${infer B}`
    ? Filled<`${A}${SplitPart}${B}`>
    : Name extends `${infer A}<group>${infer B}` | `${infer A}<reward>${infer B}`
      ? `${A}${string}${B}`
      : Name extends `${infer A}<band>${infer B}` | `${infer A}<source>${infer B}`
        ? `${A}${string}${B}`
        : Name;

export type FamilyName = Filled<keyof typeof FAMILIES>;

const PLACEHOLDERS: Record<string, string> = {
  zone: `(?<zone>${ZONES.join('|')})`,
  part: `(?<part>${SPLIT_PARTS.join('|')})`,
  group: '(?<group>[^/]+)',
  reward: '(?<reward>[^/]+)',
  source: '(?<source>[^/]+)',
  // Difficulties of a data set may hold any text.
  band: '(?<band>.+)',
};

const PATTERNS = (Object.entries(FAMILIES) as [keyof typeof FAMILIES, Metric][]).map(([family, metric]) => ({
  family,
  metric,
  pattern: new RegExp(`^${family.replace(/<(\w+)>/g, (_, key: string) => PLACEHOLDERS[key] ?? '')}$`),
}));

/** The family of a name, and the declaration of the name itself. */
export function familyOf(name: string): { family: keyof typeof FAMILIES; metric: Metric } | undefined {
  for (const { family, metric, pattern } of PATTERNS) {
    const groups = pattern.exec(name)?.groups;
    if (!groups) continue;
    const fill = (text: string) => text.replace(/<(\w+)>/g, (whole, key: string) => groups[key] ?? whole);
    return { family, metric: { ...metric, title: fill(metric.title), short: fill(metric.short) } };
  }
  return undefined;
}
