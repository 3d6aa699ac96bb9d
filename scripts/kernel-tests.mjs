/** `npm run test:hardware-texts` and `npm run test:limits`: one part of `npm run test:long` (parts.mjs). */
import { vulkanEnvironment } from './gpu-runtime.mjs';
import { DEFAULT_LIMITS, HARDWARE_TEXTS, runPart } from './parts.mjs';

const PARTS = { 'hardware-texts': HARDWARE_TEXTS, limits: DEFAULT_LIMITS };

const [name = ''] = process.argv.slice(2);
const part = PARTS[name];
if (!part) throw new Error(`expected one of ${Object.keys(PARTS).join(', ')}, found ${name}`);
const passed = await runPart({
  title: `kernel tests: ${name}`,
  command: ['vitest', 'run', ...part.args],
  env: { ...(await vulkanEnvironment()), ...part.env },
  live: true,
});
process.exit(passed ? 0 : 1);
