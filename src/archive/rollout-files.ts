/** Where a run's folder or archive has its kept rollouts: a folder beside its config.json, one file per step. */
import { z } from 'zod';

const FOLDER = 'rollouts/';
const ABOUT = `${FOLDER}rollouts.json`;
const STEP = /(?:^|\/)rollouts\/\d+\.safetensors$/;

export const rolloutsAboutPath = (folder: string): string => folder + ABOUT;
export const rolloutStepPath = (folder: string, step: number): string =>
  `${folder}${FOLDER}${String(step).padStart(6, '0')}.safetensors`;

/** The run's folder of a file of rollouts, with a slash at its end, and what the file is; undefined for other files. */
export function rolloutFileOf(path: string): { folder: string; kind: 'about' | 'step' } | undefined {
  if (path === ABOUT || path.endsWith(`/${ABOUT}`)) return { folder: path.slice(0, -ABOUT.length), kind: 'about' };
  if (STEP.test(path)) return { folder: path.slice(0, path.lastIndexOf(FOLDER)), kind: 'step' };
  return undefined;
}

/** What rollouts.json says; the rest is in the files of the steps. */
export const RolloutsAbout = z.object({
  /** Every how many steps one was kept, and the bound that they were kept within, bytes. */
  every: z.number().int().min(1),
  bound: z.number().min(0),
  /** Bytes of all steps. */
  bytes: z.number().min(0),
  reference: z.enum(['k1', 'k2', 'k3']).optional(),
});
export type RolloutsAbout = z.infer<typeof RolloutsAbout>;
