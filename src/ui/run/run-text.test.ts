import { describe, expect, it } from 'vitest';
import { tinyRun } from '../../../tests/support/tiny-run.ts';
import { preparationText, pausedText, runTitle } from './run-text.ts';

describe('texts of a run', () => {
  it('the title has the strategy, once', () => {
    expect(runTitle(tinyRun({ name: 'GPPO, addition, seed 7' }))).toBe('GPPO, addition, seed 7');
    expect(runTitle(tinyRun({ name: 'lecture' }))).toBe('lecture (GPPO)');
    // "gppo" does not name PPO.
    expect(runTitle(tinyRun({ name: 'demo-gppo' }, { strategy: { name: 'ppo' } }))).toBe('demo-gppo (PPO)');
    expect(runTitle(tinyRun({ name: 'lecture', rl: undefined }))).toBe('lecture');
  });

  it('a paused or stopped run says between which steps it is', () => {
    expect(pausedText('paused', { phase: 'rl', step: 16, steps: 60 })).toBe('paused between steps 16 and 17 of 60');
    expect(pausedText('stopped', { phase: 'rl', step: 0, steps: 60 })).toBe('stopped before step 1 of 60');
    expect(pausedText('paused', { phase: 'sft', step: 2, steps: 3 })).toBe('paused between SFT steps 2 and 3 of 3');
    // Its last evaluation was interrupted.
    expect(pausedText('stopped', { phase: 'rl', step: 60, steps: 60 })).toBe('stopped after step 60 of 60');
    expect(pausedText('stopped', { phase: 'evaluation', step: 0, steps: 0 })).toBe('stopped');
  });

  it('a start names its stage', () => {
    expect(preparationText({ stage: 'checking' })).toBe('checking the recipe, planning memory');
    expect(preparationText({ stage: 'loading' })).toBe('loading weights');
    const reading = { work: 'reading', name: 'gsm8k.jsonl', done: 41e6, total: 100e6 } as const;
    expect(preparationText({ stage: 'reading', reading })).toBe('reading gsm8k.jsonl: 41 %');
    expect(preparationText({ stage: 'reading', reading: { ...reading, rows: 410_000 } })).toBe(
      'reading gsm8k.jsonl: 41 % · 410,000 rows',
    );
    expect(
      preparationText({
        stage: 'reading',
        reading: { work: 'measuring', name: 'a.csv', done: 256, total: 1000, rows: 256 },
      }),
    ).toBe('counting tokens of a.csv: 25 % · 256 rows');
    const kernels = { compiled: 12, requested: 60, label: 'rope' };
    expect(preparationText({ stage: 'compiling', kernels })).toBe('compiling kernels: 12 of 60 (rope)');
    expect(preparationText({ stage: 'compiling', kernels, secondsLeft: 8.4 })).toBe(
      'compiling kernels: 12 of 60 (rope), 8 s left',
    );
  });
});
