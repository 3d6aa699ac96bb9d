/** `npm run check`: format, types, lint and the tests that need no GPU, in under a minute on two cores. */
import { runAtOnce, runPart, STATIC_PARTS } from './parts.mjs';

const parts = [...STATIC_PARTS, { title: 'pure unit tests', command: ['vitest', 'run', '--project', 'pure'] }];
// Two at a time: each part but the last uses one core.
const passed = await runAtOnce(
  parts.map((part) => () => runPart(part)),
  2,
);
process.exit(passed.every(Boolean) ? 0 : 1);
