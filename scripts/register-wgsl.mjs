/** Lets Node import kernels as Vite does: `import source from './x.wgsl?raw'`. Loaded with --import. */
import { register } from 'node:module';

register('./wgsl-hook.mjs', import.meta.url);
