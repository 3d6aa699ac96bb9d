import { describe, expect, it } from 'vitest';
import { dataPaths, dropKind } from './drop-kind.ts';

describe('dropKind', () => {
  it.each([
    [['gsm8k.jsonl'], undefined, 'data'],
    [['gsm8k.jsonl'], 'runs', 'data'],
    [['rows.CSV', 'more.tsv'], undefined, 'data'],
    [['gsm8k/train.parquet', 'gsm8k/README.md'], undefined, 'data'],
    [['table.xlsx'], undefined, 'data'],
    [['mine/config.json', 'mine/model.safetensors', 'mine/tokenizer.json'], undefined, 'checkpoint'],
    [['model.zip'], undefined, 'checkpoint'],
    [['adapter/adapter_config.json'], undefined, 'checkpoint'],
    [['mine/notes.txt'], undefined, 'checkpoint'],
    [[], undefined, 'checkpoint'],
    [['run/config.json', 'run/metrics.jsonl'], 'runs', 'runs'],
    [['run/metrics.jsonl'], 'runs', 'runs'],
    [['runs.zip'], 'runs', 'runs'],
    [[], 'runs', 'runs'],
    [['tokens.jsonl'], 'dump', 'dump'],
    [['a/notes.txt', 'a/tokens.PARQUET'], 'dump', 'dump'],
    [['model.safetensors'], 'dump', 'checkpoint'],
    [['verl.jsonl'], 'logs', 'logs'],
    [['wandb_export.csv', 'notes.txt'], 'logs', 'logs'],
    [['model.safetensors', 'config.json'], 'logs', 'checkpoint'],
    [['run/events.out.tfevents.1.node.1.0'], undefined, 'logs'],
    [['trainer_state.json'], 'runs', 'logs'],
    [
      ['checkpoint/trainer_state.json', 'checkpoint/model.safetensors', 'checkpoint/config.json'],
      undefined,
      'checkpoint',
    ],
  ] as const)('%j on the page %s: %s', (paths, shown, kind) => {
    expect(dropKind(paths, shown)).toBe(kind);
  });

  it('takes the files of data out of a folder, and a loose file of another kind as it is', () => {
    const files = (...paths: string[]) => paths.map((path) => ({ path }));
    expect(dataPaths(files('a/x.jsonl', 'a/README.md'))).toEqual(files('a/x.jsonl'));
    expect(dataPaths(files('x.xlsx'))).toEqual(files('x.xlsx'));
  });
});
