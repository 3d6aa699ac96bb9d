/** Metric logs of other trainers: read, matched with the studio's metrics, and summed up, as on Compare. */
import { readFileSync } from 'node:fs';
import { memoryFile } from '../../src/data/data-file.ts';
import { bounded, byShare } from '../../src/logs/drawn-series.ts';
import { summaryOf } from '../../src/logs/log-summary.ts';
import { lastStep } from '../../src/logs/metric-log.ts';
import { readLog } from '../../src/logs/read-logs.ts';
import type { Random } from '../../src/random.ts';
import { choose, damagedBytes, damagedJson, damagedText, encode } from './damage.ts';
import type { Door } from './door.ts';

const FIXTURES = new URL('../fixtures/logs/', import.meta.url);
const fixture = (path: string) => new Uint8Array(readFileSync(new URL(path, FIXTURES)));
const EVENTS = ['events.out.tfevents.version1', 'restarted/events.out.tfevents.1.node.1.0'].map(fixture);

const ROWS = [
  { step: 1, data: { 'actor/entropy': 0.5, 'critic/score/mean': 1 } },
  { step: 2, data: { 'actor/entropy': null, 'critic/score/mean': 0.5, 'val-core/a/acc/mean@1': 0.5 } },
  { step: 3, loss: 0.5, reward: 'NaN', _step: 3 },
  { 'train/global_step': 4, 'train/loss': 0.5 },
];
const STATE = {
  best_metric: null,
  log_history: [
    { step: 1, loss: 0.5 },
    { step: 2, loss: 0.4, eval_loss: 1 },
  ],
};
const PANEL = [
  '"Step","a - loss","a - loss__MIN","a - loss__MAX"',
  '"1","0.5","0.5","0.5"',
  '"2","0.25","0.25","0.25"',
].join('\n');
const TABLE = 'step,loss,note\n1,0.5,"a, b"\n2,nan,\n3,1e-4,c\n';

async function enter(name: string, content: Uint8Array): Promise<void> {
  for (const log of await readLog(memoryFile(name, content))) {
    summaryOf(log);
    for (const series of log.series) byShare(bounded(series), lastStep(log));
  }
}

/** Text as bytes, some of which are not UTF-8. */
const bytesOf = (text: string, random: Random): Uint8Array =>
  random.integer(4) === 0 ? damagedBytes(encode(text), random) : encode(text);

export const LOG_DOORS: Door[] = [
  {
    name: 'JSONL log',
    inputs: 150,
    names: /log\.jsonl/,
    enter: (random) => {
      const lines = ROWS.map((row) => JSON.stringify(row));
      lines[random.integer(lines.length)] = damagedJson(choose(random, ROWS), random);
      return enter('log.jsonl', bytesOf(lines.join('\n'), random));
    },
  },
  {
    name: 'trainer_state.json',
    inputs: 100,
    names: /trainer_state\.json/,
    refused: 0.05,
    enter: (random) => enter('trainer_state.json', bytesOf(damagedJson(STATE, random), random)),
  },
  {
    name: 'CSV log',
    inputs: 100,
    names: /log\.csv/,
    enter: (random) => enter('log.csv', bytesOf(damagedText(choose(random, [PANEL, TABLE]), random), random)),
  },
  {
    name: 'TensorBoard event file',
    inputs: 200,
    names: /events\.out\.tfevents/,
    refused: 0.02,
    enter: (random) => enter('events.out.tfevents.1', damagedBytes(choose(random, EVENTS), random)),
  },
];
