/** The list of SFT's sources in the recipe. */
import { afterEach, describe, expect, it } from 'vitest';
import { RunConfig } from '../run/config.ts';
import { SftConfig, type SftSource } from '../run/config/sft.ts';
import { useRecipe } from './recipe-store.ts';
import { addSource, dataSource, divided, divisionOf, sourcesOf, withSource, withValue } from './sft-sources.ts';

const TASK: SftSource = { task: true };
const DATA = dataSource({ reference: { path: 'a.jsonl' } }, '0'.repeat(64), {
  columns: { prompt: 'q', completion: 'a' },
  skipBadRows: true,
  rows: 5,
});

afterEach(() => useRecipe.getState().set('sft', undefined));

describe('the sources of SFT', () => {
  it('are all divided in one way, so that each change leaves a recipe that can start', () => {
    const byRows = [withValue(TASK, 'amount', 9), DATA];
    expect(divisionOf(byRows)).toBe('rows');
    const weighted = divided(byRows, 'weights');
    expect(weighted).toEqual([
      { task: true, weight: 1 },
      { ...DATA, weight: 1 },
    ]);
    expect(withSource(weighted, DATA)[2]).toMatchObject({ weight: 1 });
    expect(divided(weighted, 'rows')).toEqual([TASK, DATA]);
    for (const sources of [weighted, byRows, withSource(weighted, DATA)])
      expect(SftConfig.safeParse({ steps: 1, sources }).success).toBe(true);
  });

  it('names a file by content, with its rows and bad ones', () => {
    expect(DATA.data).toEqual({ path: 'a.jsonl', sha256: '0'.repeat(64), rows: 5, skip_bad_rows: true });
    expect(withValue(DATA, 'columns', undefined)).toEqual({ data: DATA.data });
  });

  it('are added to the recipe, and switch SFT on; the last one removed leaves the task', () => {
    const { set } = useRecipe.getState();
    set('sft', undefined);
    addSource(DATA);
    addSource(TASK);
    const { config } = useRecipe.getState();
    expect(sourcesOf(config.sft)).toEqual([DATA, TASK]);
    expect(config.sft?.epochs).toBe(1);
    expect(RunConfig.safeParse(config).success).toBe(true);
    set('sft.sources', undefined);
    expect(sourcesOf(useRecipe.getState().config.sft)).toEqual([]);
  });
});
