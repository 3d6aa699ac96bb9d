/** The recordings that ship with the studio, in public/recordings; scripts/make-recordings.ts makes them. */
import { RECORDING_ENDING } from '../recording/ending.ts';

export interface ShippedRecording {
  /** Its file: `public/recordings/ID.recording.jsonl.gz`. */
  id: string;
  title: string;
  /** What happens in it, in one sentence. */
  summary: string;
  /** The config that it was made from, in configs/. */
  config: string;
}

export const SHIPPED_RECORDINGS = [
  {
    id: 'gppo',
    title: 'GPPO',
    summary: 'The demo recipe: 40 steps from few correct answers, with the gradient of clipped tokens preserved.',
    config: 'demo-gppo.json',
  },
  {
    id: 'ppo',
    title: 'PPO, same seed',
    summary: 'The same model, seed and clip range with PPO, which drops the gradient of clipped tokens.',
    config: 'demo-ppo.json',
  },
  {
    id: 'collapse',
    title: 'Collapse',
    summary: 'GPPO with twelve large updates per rollout: the reward falls, and alarms report why.',
    config: 'preset-collapse.json',
  },
] as const satisfies readonly ShippedRecording[];

export type ShippedId = (typeof SHIPPED_RECORDINGS)[number]['id'];

/** Characters of token views in a shipped recording: it stays below 300 kB. */
export const SHIPPED_TOKEN_CHARACTERS = 600_000;

export const shippedFile = (id: string): string => `${id}${RECORDING_ENDING}`;
export const shippedTitle = (id: ShippedId): string =>
  SHIPPED_RECORDINGS.find((recording) => recording.id === id)?.title ?? id;
