import { LESSON_IDS, type LessonId } from '../../store/learn-store.ts';

/** Titles, and the one idea of each lesson. */
export const LESSON_INFO: Record<LessonId, { title: string; idea: string }> = {
  gradient: {
    title: 'What a policy gradient is',
    idea: 'Raise the log-probability of what did better than its group, lower that of what did worse.',
  },
  ratio: {
    title: 'The ratio, and why it leaves 1',
    idea: 'A rollout is used for several updates, and from the second on the policy is no longer the one that wrote it.',
  },
  clip: {
    title: 'What PPO’s clip does to the gradient',
    idea: 'A clipped token is not held in place: it is silenced.',
  },
  zones: {
    title: 'The four zones outside the band',
    idea: 'Whether clipping a token loses anything depends on the sign of A and the side of the band.',
  },
  gppo: {
    title: 'GPPO: the bounded gradient',
    idea: 'Keep the gradient of a clipped token, but no more of it than it had at the bound.',
  },
  watch: {
    title: 'What to watch',
    idea: 'Entropy, the share of kept gradient and the clip fractions tell a good run from one that is about to break.',
  },
  pipeline: {
    title: 'Klear-Reasoner in miniature',
    idea: 'Supervised fine-tuning on few good sources first, then RL with a bounded gradient and a little of SFT’s loss beside it.',
  },
  evidence: {
    title: 'What the data here shows',
    idea: 'In one regime the rules are alike, in one kept gradients help, in one they destroy the model.',
  },
};

export const lessonNumber = (id: LessonId): number => LESSON_IDS.indexOf(id) + 1;
