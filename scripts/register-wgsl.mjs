/** Lets Node import kernels and Python files as text, like Vite: `import source from './x.wgsl?raw'`. */
import { register } from 'node:module';

register('./wgsl-hook.mjs', import.meta.url);
