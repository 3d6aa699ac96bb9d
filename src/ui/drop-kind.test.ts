import { describe, expect, it } from 'vitest';
import { dataPaths, dropKind } from './drop-kind.ts';

describe('dropKind', () => {
  it.each([
    [['gsm8k.jsonl'], false, 'data'],
    [['gsm8k.jsonl'], true, 'data'],
    [['rows.CSV', 'more.tsv'], false, 'data'],
    [['gsm8k/train.parquet', 'gsm8k/README.md'], false, 'data'],
    [['table.xlsx'], false, 'data'],
    [['mine/config.json', 'mine/model.safetensors', 'mine/tokenizer.json'], false, 'checkpoint'],
    [['model.zip'], false, 'checkpoint'],
    [['adapter/adapter_config.json'], false, 'checkpoint'],
    [['mine/notes.txt'], false, 'checkpoint'],
    [[], false, 'checkpoint'],
    [['run/config.json', 'run/metrics.jsonl'], true, 'runs'],
    [['run/metrics.jsonl'], true, 'runs'],
    [['runs.zip'], true, 'runs'],
    [[], true, 'runs'],
  ] as const)('%j on the page Runs %s: %s', (paths, runs, kind) => {
    expect(dropKind(paths, runs)).toBe(kind);
  });

  it('takes the files of data out of a folder, and a loose file of another kind as it is', () => {
    const files = (...paths: string[]) => paths.map((path) => ({ path }));
    expect(dataPaths(files('a/x.jsonl', 'a/README.md'))).toEqual(files('a/x.jsonl'));
    expect(dataPaths(files('x.xlsx'))).toEqual(files('x.xlsx'));
  });
});
