/** `node scripts/with-gpu.mjs COMMAND ARGS..`: runs a command in the environment in which Dawn finds an adapter. */
import { spawn } from 'node:child_process';
import { vulkanEnvironment } from './gpu-runtime.mjs';

const [command, ...args] = process.argv.slice(2);
let environment;
try {
  environment = await vulkanEnvironment();
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
const child = spawn(command === 'node' ? process.execPath : command, args, { stdio: 'inherit', env: { ...process.env, ...environment } });
// Ctrl-C reaches the child by itself, as part of the group: this process only has to outlive it. SIGTERM is passed on.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('error', (error) => {
  console.error(`${command}: ${error.message}`);
  process.exit(1);
});
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
