/** `npm run test:hardware-texts`: kernel tests with the texts that hardware adapters get (HARDWARE_TEXTS). */
import { vulkanEnvironment } from './gpu-runtime.mjs';
import { HARDWARE_TEXTS, runPart } from './parts.mjs';

const passed = await runPart({
  title: 'kernels with the texts of hardware adapters',
  command: ['vitest', 'run', ...HARDWARE_TEXTS.args],
  env: { ...(await vulkanEnvironment()), ...HARDWARE_TEXTS.env },
  live: true,
});
process.exit(passed ? 0 : 1);
