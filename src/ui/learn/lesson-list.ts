import { LESSON_IDS, type LearnPageId, type LessonId } from '../../store/learn-store.ts';

/** The title and the main idea of each lesson. */
export const LESSON_INFO: Record<LessonId, { title: string; idea: string }> = {
  gradient: {
    title: 'What a policy gradient is',
    idea: 'Raise the log-probability of responses that did better than their group; lower it for those that did worse.',
  },
  ratio: {
    title: 'The ratio, and why it leaves 1',
    idea:
      'A rollout is used for several updates. From the second update on, the policy differs from the one that ' +
      'sampled it.',
  },
  clip: {
    title: 'What PPO’s clip does to the gradient',
    idea: 'A clipped token is not held in place: its gradient is 0.',
  },
  zones: {
    title: 'The four zones outside the clip range',
    idea: 'What clipping a token loses depends on the sign of its advantage A and the side of the clip range.',
  },
  gppo: {
    title: 'GPPO: the bounded gradient',
    idea: 'Keep the gradient of a clipped token, with the weight it has at the bound.',
  },
  watch: {
    title: 'What to watch',
    idea: 'Entropy, the preserved gradient and the clip fractions show whether a run is stable.',
  },
  pipeline: {
    title: 'The Klear-Reasoner pipeline at small scale',
    idea: 'Supervised fine-tuning on a few good sources, then RL with a bounded gradient and a small SFT loss.',
  },
  evidence: {
    title: 'What the data here shows',
    idea:
      'In one regime the strategies perform alike, in one the preserved gradient helps, and in one it causes ' +
      'collapse.',
  },
};

/** Titles of the pages that are no lessons. */
export const LEARN_PAGES: Record<LearnPageId, string> = {
  claims: 'The papers’ claims',
  regimes: 'Where does GPPO help?',
  glossary: 'Glossary',
  workshop: 'Workshop',
};

export const lessonNumber = (id: LessonId): number => LESSON_IDS.indexOf(id) + 1;
