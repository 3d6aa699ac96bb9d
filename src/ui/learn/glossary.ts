/** The words of the field that the page uses, in the order of the alphabet; lessons link to them. */
export interface GlossaryEntry {
  term: string;
  meaning: string;
  /** The lesson in which it is explained, if one does. */
  lesson?: 'gradient' | 'ratio' | 'clip' | 'zones' | 'gppo' | 'watch' | 'pipeline' | 'evidence';
}

export const GLOSSARY = {
  advantage: {
    term: 'Advantage, A',
    meaning:
      'How much better a response did than the others to the same prompt: its reward minus the group’s mean, divided by the group’s standard deviation. All tokens of a response share it.',
    lesson: 'gradient',
  },
  band: {
    term: 'Band',
    meaning: 'The ratios from 1 − ε low to 1 + ε high that count as close to the old policy.',
    lesson: 'clip',
  },
  beta: {
    term: 'β₁, β₂',
    meaning:
      'GPPO’s two strengths: a clipped bad token keeps the weight β₁(1 − ε low), a clipped good one β₂(1 + ε high).',
    lesson: 'gppo',
  },
  clip: {
    term: 'Clip',
    meaning:
      'To bound the ratio in the surrogate. Where the bound holds, the surrogate is flat and a token’s gradient is 0.',
    lesson: 'clip',
  },
  'clip-fraction': {
    term: 'Clip fraction',
    meaning:
      'The share of tokens that are clipped. What counts as clipped differs from library to library and from loss to loss.',
    lesson: 'watch',
  },
  'dual-clip': {
    term: 'Dual clip, c',
    meaning:
      'A second bound for bad tokens that have grown: with A < 0 and r > c the weight is 0. It overrides GPPO’s “never zero”.',
    lesson: 'zones',
  },
  entropy: {
    term: 'Entropy',
    meaning: 'How undecided the policy is about the next token, in nats: 0 when it always writes the same one.',
    lesson: 'watch',
  },
  epoch: { term: 'Epoch', meaning: 'One pass over the responses of a rollout.', lesson: 'ratio' },
  'gradient-weight': {
    term: 'Gradient weight, w',
    meaning:
      'The number by which a clip rule multiplies a token’s policy gradient: ∇J = w A ∇log π. It is all that clip rules differ in.',
    lesson: 'clip',
  },
  group: {
    term: 'Group',
    meaning: 'The responses to one prompt in a rollout. Advantages are relative to it.',
    lesson: 'gradient',
  },
  'importance-sampling': {
    term: 'Importance sampling',
    meaning: 'Weighting what one policy wrote by r, so that it stands for what another would have written.',
    lesson: 'ratio',
  },
  kl: {
    term: 'KL divergence',
    meaning:
      'How far two policies are apart, in nats. Here: from the old policy (ppo_kl), or from the one at the start of RL (kl_loss).',
  },
  logprob: {
    term: 'Log-probability',
    meaning: 'The logarithm of the probability that the policy gives a token, in nats; 0 is certain.',
    lesson: 'gradient',
  },
  minibatch: { term: 'Minibatch', meaning: 'The part of a rollout that one update uses.', lesson: 'ratio' },
  'off-policy': {
    term: 'Off-policy',
    meaning: 'Trained on responses that another policy wrote, be it the same one a few updates ago.',
    lesson: 'ratio',
  },
  policy: {
    term: 'Policy, π',
    meaning: 'The model, seen as what chooses the next token: a probability for each, given the text so far.',
    lesson: 'gradient',
  },
  'positive-lm': {
    term: 'Positive LM loss',
    meaning: 'SFT’s loss on the responses that got reward 1, added to RL’s with a small factor.',
    lesson: 'pipeline',
  },
  'preserved-share': {
    term: 'Preserved share',
    meaning: 'The part of the gradient’s mass, Σ|f w A|, that comes from tokens PPO would silence. 0 for PPO.',
    lesson: 'watch',
  },
  ratio: {
    term: 'Ratio, r',
    meaning: 'π(y) / π_old(y): how much more likely a token is now than when it was drawn.',
    lesson: 'ratio',
  },
  response: {
    term: 'Response',
    meaning: 'What the policy writes after a prompt, token by token, up to its end.',
    lesson: 'gradient',
  },
  reward: {
    term: 'Reward',
    meaning: 'The verifier’s number for a response. Here 1 for a right answer, 0 for a wrong one.',
    lesson: 'gradient',
  },
  rollout: {
    term: 'Rollout',
    meaning: 'The responses drawn from the policy in one step, for all prompts of the step.',
    lesson: 'gradient',
  },
  sft: {
    term: 'SFT',
    meaning: 'Supervised fine-tuning: raising the log-probability of given solutions, before RL.',
    lesson: 'pipeline',
  },
  surrogate: {
    term: 'Surrogate, J',
    meaning:
      'The quantity whose gradient an update follows. Its value says little by itself, and is not comparable between rules.',
    lesson: 'clip',
  },
  zone: {
    term: 'Zone',
    meaning: 'Where a token lies: inside the band, or outside it above or below with A > 0 or A < 0.',
    lesson: 'zones',
  },
} satisfies Record<string, GlossaryEntry>;

export type GlossaryId = keyof typeof GLOSSARY;
