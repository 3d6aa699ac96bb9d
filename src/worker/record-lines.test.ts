/** The lines of metrics.jsonl of a long run. */
import { expect, it } from 'vitest';
import type { StepRecord } from '../run/step-record.ts';
import { RecordLines } from './record-lines.ts';

it('keeps all lines of a long run in order, and few of them in the JavaScript heap', async () => {
  const lines = new RecordLines();
  const records = Array.from({ length: 1500 }, (_, i): StepRecord => ({
    step: i + 1,
    phase: 'rl',
    metrics: Object.fromEntries(Array.from({ length: 20 }, (_, k) => [`metric/${k}`, Math.fround(Math.sin(i + k))])),
    time: { step_ms: i, tokens_per_second: 100 },
    ...(i % 100 === 0 && { note: 'groups were filtered out: é, 漢' }),
  }));
  let most = 0;
  for (const record of records) {
    lines.add(record);
    most = Math.max(most, lines.held);
  }
  const text = await lines.text();
  expect(text).toBe(records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  expect(most).toBeLessThan(text.length / 3);
  lines.add(records[0] as StepRecord);
  expect(await lines.text()).toBe(`${text}${JSON.stringify(records[0])}\n`);
});
