/** What runs leave behind: folders and archives of runs and sweeps, metrics, rollouts, recordings, states, zips. */
import { parseMetrics } from '../../src/archive/run-folder.ts';
import { textsOfZip } from '../../src/archive/run-zip.ts';
import { readFolder } from '../../src/archive/sweep-folder.ts';
import { zipSource } from '../../src/checkpoint/zip.ts';
import { decodeState, encodeState } from '../../src/session/state-file.ts';
import { allSeriesOf } from '../../src/archive/run-curves.ts';
import { orderedRuns, foundRuns, EVERYTHING, labelsOf } from '../../src/archive/run-list.ts';
import type { Random } from '../../src/random.ts';
import { headerText, MOST_CHARACTERS, packRecording, readRecording } from '../../src/recording/format.ts';
import { Replay } from '../../src/recording/replay.ts';
import { encodeTokens } from '../../src/recording/token-line.ts';
import { readStepFile, stepFile } from '../../src/rollouts/step-file.ts';
import { responseRow } from '../../src/rollouts/rows.ts';
import { importRollouts } from '../../src/worker/rollout-import.ts';
import { recordedViews } from '../support/recorded-views.ts';
import { kept } from '../support/rollout-steps.ts';
import { damagedFiles, damagedZip, RUN } from './archives.ts';
import { damagedBytes, damagedJson, damagedText, decode, encode } from './damage.ts';
import type { Door } from './door.ts';

const STEP = stepFile(
  kept(3, [
    {
      problem: { prompt: '1+2=', answer: '3' },
      responses: [
        { text: '3', reward: 1, advantage: 0.5 },
        { text: '41', reward: 0, advantage: -0.5, zones: ['negative-low', 'inside', 'inside'] },
      ],
    },
  ]),
);

const textFiles = (files: Record<string, string>) => Object.entries(files).map(([path, text]) => ({ path, text }));

/** What the Runs page does with runs that it has read. */
async function enterFolder(files: readonly { path: string; text: string }[], where: string): Promise<void> {
  const { runs } = await readFolder(files, where, 1_700_000_000_000);
  const rows = runs.map(({ run }) => run);
  foundRuns(rows, { ...EVERYTHING, text: 'x' });
  orderedRuns(rows, { column: 'accuracy', descending: true });
  labelsOf(rows);
  for (const { records } of runs) allSeriesOf(records);
}

const STATE = encodeState({
  phase: 'rl',
  step: 3,
  updates: 6,
  records: 9,
  parameters: Float32Array.of(1, 2, 3),
  first: Float32Array.of(1, 2, 3),
  second: Float32Array.of(1, 2, 3),
  prompts: { dealt: 4 },
});

/** A safetensors file with a header that is damaged as JSON, or with damaged bytes. */
export function damagedTensors(file: Uint8Array, random: Random): Uint8Array<ArrayBuffer> {
  if (random.integer(3) === 0) return damagedBytes(file, random, random.integer(2) === 0 ? 16 : file.length);
  const length = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  const header = encode(damagedJson(JSON.parse(decode(file.subarray(8, 8 + length))), random));
  const bytes = new Uint8Array(8 + header.length + file.length - 8 - length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  bytes.set(header, 8);
  bytes.set(file.subarray(8 + length), 8 + header.length);
  return bytes;
}

const RECORDING = recordingLines();

function recordingLines(): string[] {
  const header = headerText({
    config: RUN.run.config,
    adapter: RUN.run.adapter,
    steps: { sft: 0, rl: RUN.records.length },
    end: 'finished',
    tokens_every: 1,
  });
  const lines = RUN.records.map((record) => ({ record, tokens: encodeTokens(recordedViews(record.step, 3), true) }));
  return [header, ...lines.map((line) => JSON.stringify(line))];
}

/** One line damaged as JSON, the text, or its packed bytes; rarely one that unpacks to more than may be read. */
async function damagedRecording(random: Random): Promise<Blob> {
  const lines = [...RECORDING];
  const kind = random.integer(40);
  if (kind === 0) lines.push(' '.repeat(MOST_CHARACTERS));
  else if (kind < 25) {
    const at = random.integer(lines.length);
    lines[at] = damagedJson(JSON.parse(lines[at] ?? ''), random);
  }
  const file = await packRecording([damagedJoin(lines, random)]);
  if (kind < 32) return file;
  return new Blob([damagedBytes(new Uint8Array(await file.arrayBuffer()), random)]);
}

/** A store that must not be written to before everything that is written has been checked. */
const NO_STORE = { makeRoom: () => Promise.resolve(), write: () => Promise.resolve() };

export const RUN_DOORS: Door[] = [
  {
    name: 'folder of a run',
    inputs: 300,
    names: /given\/|given:|The folder/,
    refused: 0.3,
    enter: (random) => enterFolder(textFiles(damagedFiles(random)), 'given'),
  },
  {
    name: 'archive of runs',
    inputs: 250,
    names: /runs\.zip/,
    refused: 0.3,
    enter: async (random) => enterFolder(await textsOfZip(new Blob([damagedZip(random)]), 'runs.zip'), 'runs.zip'),
  },
  {
    name: 'archive of a model',
    inputs: 100,
    names: /model\.zip/,
    refused: 0.2,
    enter: async (random) => (await zipSource(new Blob([damagedZip(random)]), 'model.zip')).list(),
  },
  {
    name: 'metrics.jsonl',
    inputs: 200,
    names: /metrics\.jsonl: line \d/,
    refused: 0.3,
    enter: (random) => {
      const lines = RUN.records.map((record) => JSON.stringify(record));
      lines[random.integer(lines.length)] = damagedJson(RUN.records[0], random);
      return allSeriesOf(parseMetrics(damagedJoin(lines, random), 'metrics.jsonl'));
    },
  },
  {
    name: 'step of rollouts',
    inputs: 200,
    names: /000003\.safetensors/,
    refused: 0.3,
    enter: (random) => {
      const step = readStepFile(damagedTensors(STEP, random), 'rollouts/000003.safetensors');
      return step.texts.map((_, response) => responseRow(step, response));
    },
  },
  {
    name: 'rollouts of a folder',
    inputs: 80,
    names: /rollouts/,
    enter: (random) => {
      const about = { every: 2, bound: 1e6, bytes: 1000, reference: 'k3' };
      const files = {
        'a/rollouts/rollouts.json': encode(damagedJson(about, random)),
        'a/rollouts/000003.safetensors': STEP,
      };
      return importRollouts(
        NO_STORE,
        Object.entries(files).map(([path, data]) => ({
          path,
          file: new File([data as Uint8Array<ArrayBuffer>], path),
        })),
        [{ folder: 'a/', run: 'x', name: 'x', started: 1 }],
      );
    },
  },
  {
    name: 'recording of a run',
    inputs: 200,
    names: /given\.recording\.jsonl\.gz/,
    refused: 0.3,
    enter: async (random) => {
      const replay = new Replay(await readRecording(await damagedRecording(random), 'given.recording.jsonl.gz'));
      // As the page plays it: to the end, back by time, and on by a step.
      replay.frame(replay.length, 'running');
      const back = replay.linesAt(replay.timeOf(2));
      replay.frame(back, 'paused');
      replay.frame(replay.nextStep(back), 'paused');
    },
  },
  {
    name: 'saved state of a run',
    inputs: 100,
    names: /state\.safetensors/,
    refused: 0.4,
    enter: (random) => decodeState(damagedTensors(STATE, random), 'state.safetensors'),
  },
];

const damagedJoin = (lines: readonly string[], random: Random): string => {
  const text = lines.map((line) => `${line}\n`).join('');
  return random.integer(3) === 0 ? damagedText(text, random) : text;
};
