import { expect, it } from 'vitest';
import { randomStep, rlStep, ROLLOUT_TOKENIZER } from '../../tests/support/rollout-steps.ts';
import { keptStep } from './kept-step.ts';
import { readStepFile, stepFile } from './step-file.ts';

const kept = (reference: boolean) => keptStep(randomStep(3, 4, 3, 6), ROLLOUT_TOKENIZER, { reference });
const graded = keptStep(
  rlStep(7, [
    {
      problem: { prompt: '1+2=', answer: '3', difficulty: 'no carry' },
      responses: [
        { text: '3', reward: 1, advantage: 0.5, rewards: { exact: 1, length: -0.25 }, zones: ['positive-high'] },
        { text: '4', reward: 0, advantage: -0.5, rewards: { exact: 0, length: 0 }, unfinished: true },
      ],
    },
    { problem: { prompt: '1+1=', answer: '2' }, responses: [{ text: '2', reward: 1, advantage: 0 }], filtered: true },
  ]),
  ROLLOUT_TOKENIZER,
  { reference: false },
);

it('a kept step is read from its file unchanged', () => {
  for (const step of [kept(true), kept(false), graded]) expect(readStepFile(stepFile(step), 'file')).toEqual(step);
});

it('the file is a safetensors file: header, then arrays at their offsets', () => {
  const file = stepFile(graded);
  const length = Number(new DataView(file.buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length))) as Record<
    string,
    { dtype: string; shape: number[]; data_offsets: [number, number] }
  >;
  const { 'rewards/length': length_ } = header;
  expect(length_).toMatchObject({ dtype: 'F64', shape: [3] });
  const start = 8 + length + (length_?.data_offsets[0] ?? 0);
  expect(start % 8).toBe(0);
  expect([...new Float64Array(file.slice(start, start + 24).buffer)]).toEqual([-0.25, 0, 0]);
});

it('refuses other, truncated and contradictory files', () => {
  const file = stepFile(kept(true));
  const read = (bytes: Uint8Array) => () => readStepFile(bytes, 'run.zip/rollouts/000003.safetensors');
  expect(read(new TextEncoder().encode('{}'))).toThrow(/rollouts\/000003\.safetensors.*another or truncated/);
  expect(read(file.subarray(0, file.length - 8))).toThrow(/expected \d+ bytes of \w+/);
  const changed = (change: (step: ReturnType<typeof kept>) => void) => {
    const step = kept(true);
    change(step);
    return stepFile(step);
  };
  expect(read(changed((step) => step.zone.fill(9)))).toThrow('expected values below 5 in zone');
  expect(read(changed((step) => step.tokens.fill(65_535)))).toThrow(/expected values below \d+ in tokens/);
  expect(read(changed((step) => step.problem.fill(4)))).toThrow('expected values below 4 in problem');
  expect(read(changed((step) => (step.begin[1] = 1e6)))).toThrow('expected ascending values in begin');
});
