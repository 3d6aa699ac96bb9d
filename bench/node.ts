/** Runs the benchmark's own parts under Node on Dawn: for machines with a GPU and no browser. */
import { loadCheckpoint } from '../src/cli/files.ts';
import { openNodeGpu } from '../src/cli/node-gpu.ts';
import { Tuner } from '../src/gpu/tuner.ts';
import { ENGINE_PARTS, type EnginePartName, type EngineResults } from './engine/parts.ts';
import { StudioSubject } from './engine/studio-subject.ts';
import { interleavedSteps, type Asked } from './peers/interleave.ts';
import { watched } from './peers/subject.ts';
import { timedGeneration } from './peers/timed-generation.ts';
import { adapterName, type Runner } from './runner.ts';

export async function nodeRunner(): Promise<Runner> {
  const { gpu, tuner } = await openNodeGpu();
  const ask = watched(new StudioSubject(() => Promise.resolve({ gpu, tuner })));
  const studio: Asked = {
    name: 'studio',
    ask: async (call) => {
      const reply = await ask(call);
      if (reply.error !== undefined) throw new Error(reply.error);
      return reply;
    },
  };
  return {
    adapter: adapterName(gpu.adapter),
    software: gpu.adapter.software,
    runtime: `Node ${process.versions.node}, Dawn`,
    engine: async <Name extends EnginePartName>(name: Name) =>
      (await ENGINE_PARTS[name]({
        gpu,
        tuner: new Tuner(gpu, undefined, 'fastest'),
        checkpoint: (model) => loadCheckpoint(`embedded:${model}`),
        progress: (what) => console.error(what),
        ...(gpu.adapter.software && { processorTime }),
      })) as EngineResults[Name],
    training: (size, _, repeats) => interleavedSteps(size, [studio], repeats, (what) => console.error(what)),
    generation: (size, name, cases) => (name === 'studio' ? timedGeneration(size, studio, cases) : Promise.resolve([])),
    close: () => {
      gpu.destroy();
      return Promise.resolve();
    },
  };
}

function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
