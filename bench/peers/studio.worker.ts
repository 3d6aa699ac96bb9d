/** GPPO Studio in a worker, beside the other libraries. */
import { openGpu } from '../../src/gpu/open-gpu.ts';
import { Tuner } from '../../src/gpu/tuner.ts';
import { browserStore } from '../../src/worker/kernel-choices.ts';
import { StudioSubject } from '../engine/studio-subject.ts';
import { serve } from './subject.ts';

serve(
  new StudioSubject(async () => {
    const gpu = await openGpu(navigator.gpu);
    return { gpu, tuner: new Tuner(gpu, browserStore()) };
  }),
);
