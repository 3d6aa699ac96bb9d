/** GPPO Studio in a worker, beside the other libraries. */
import { openGpu } from '../../src/gpu/device.ts';
import { Tuner } from '../../src/gpu/tuner.ts';
import { StudioSubject } from '../engine/studio-subject.ts';
import { serve } from './subject.ts';

serve(
  new StudioSubject(async () => {
    const gpu = await openGpu(navigator.gpu);
    return { gpu, tuner: new Tuner(gpu) };
  }),
);
