/** Lets Node import kernels like Vite: `import source from './x.wgsl?raw'`. Loaded with --import. */
import { register } from 'node:module';

register('./wgsl-hook.mjs', import.meta.url);
