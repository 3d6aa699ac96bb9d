/** Built-in recipes: the same files that the command line runs. */
import demo from '../../configs/demo-gppo.json';
import fourUpdates from '../../configs/gppo-four-updates.json';
import { parseRunConfig, type RunConfig } from './config.ts';

/** The initial recipe: few correct answers at the start and 16 updates per rollout, so that clipping is visible. */
export const DEMO_CONFIG: RunConfig = parseRunConfig(demo, 'configs/demo-gppo.json');

/** The usual regime: one epoch of four updates per rollout from a start of 35 % (sampled); few tokens are clipped. */
export const FOUR_UPDATES_CONFIG: RunConfig = parseRunConfig(fourUpdates, 'configs/gppo-four-updates.json');
