/**
 * `node scripts/with-gpu.mjs [--half] COMMAND ARGS..`: runs a command in an environment in which Dawn finds an adapter;
 * with `--half`, one with 16-bit arithmetic (half-adapter.mjs).
 */
import { spawn } from 'node:child_process';
import { vulkanEnvironment } from './gpu-runtime.mjs';
import { halfEnvironment } from './half-adapter.mjs';

const given = process.argv.slice(2);
const half = given[0] === '--half';
const [command, ...args] = half ? given.slice(1) : given;
let environment;
try {
  environment = await (half ? halfEnvironment() : vulkanEnvironment());
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
const child = spawn(command === 'node' ? process.execPath : command, args, {
  stdio: 'inherit',
  env: { ...process.env, ...environment },
});
// Ctrl-C reaches the child directly, as part of the process group; this process only has to outlive it. SIGTERM is
// forwarded.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('error', (error) => {
  console.error(`${command}: ${error.message}`);
  process.exit(1);
});
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
