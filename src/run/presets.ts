/** Built-in recipes: the same files that the command line runs. */
import demo from '../../configs/demo-gppo.json';
import { parseRunConfig, type RunConfig } from './config.ts';

/** The page's initial recipe: GPPO on the embedded addition model. */
export const DEMO_CONFIG: RunConfig = parseRunConfig(demo, 'configs/demo-gppo.json');
