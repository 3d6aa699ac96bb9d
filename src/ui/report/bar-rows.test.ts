import { describe, expect, it } from 'vitest';
import { REPORT_ABOUT, stageAnswers, THREE_STAGES } from '../../../tests/support/stage-answers.ts';
import { runReport } from '../../report/compute-report.ts';
import { difficultyRows, lengthRows, mistakeRows, solutionRows } from './bar-rows.ts';
import { barsCsv, barsSvg } from './bars-export.ts';

const report = runReport(REPORT_ABOUT, THREE_STAGES);
const values = (rows: ReturnType<typeof difficultyRows>, name: string) =>
  rows.find((row) => row.name === name)?.bars.map(({ value }) => value);

describe('bars of a report', () => {
  it('per band of difficulty are the accuracy of each stage, sampled or greedy', () => {
    expect(difficultyRows(report, 'sampled').map(({ name, aside }) => [name, aside])).toEqual([
      ['0 carries', '2 problems'],
      ['1 carry', '2 problems'],
    ]);
    expect(values(difficultyRows(report, 'sampled'), '0 carries')).toEqual([1 / 4, 3 / 4, 3 / 4]);
    expect(values(difficultyRows(report, 'greedy'), '0 carries')).toEqual([0, 1, 1 / 2]);
    const [row] = difficultyRows(report, 'greedy');
    expect(row?.bars[1]?.interval).toEqual(report.stages[1]?.evaluation.by_difficulty['0 carries']?.intervals.greedy);
  });

  it('per length of the solution are in order of the lengths', () => {
    expect(solutionRows(report, 'sampled').map(({ name }) => name)).toEqual(['2–3 tokens', '4–7 tokens']);
    expect(values(solutionRows(report, 'greedy'), '4–7 tokens')).toEqual([1 / 2, 1 / 2, 1 / 2]);
  });

  it('per length of the response add up to all sampled responses of a stage', () => {
    const rows = lengthRows(report);
    for (const stage of [0, 1, 2])
      expect(rows.reduce((sum, { bars }) => sum + (bars[stage]?.value ?? 0), 0)).toBeCloseTo(1, 12);
    expect(rows[0]?.bars[0]?.aside).toMatch(/^\d+ % correct$/);
    // No response after RL has that length.
    expect(values(rows, '4–7 tokens')).toEqual([1 / 4, undefined, undefined]);
  });

  it('per kind of mistake are shares of all responses, greedy ones without an interval', () => {
    expect(values(mistakeRows(report, 'sampled'), 'format')).toEqual([1 / 2, 0, 0]);
    expect(values(mistakeRows(report, 'greedy'), 'carry')).toEqual([1 / 4, 1 / 4, 1 / 4]);
    expect(mistakeRows(report, 'greedy')[0]?.bars[0]).not.toHaveProperty('interval');
    expect(mistakeRows(report, 'sampled')[0]).toMatchObject({ name: 'format', aside: 'not a number' });
  });

  it('are none where the data has no bands or no stage a mistake', () => {
    const right = stageAnswers('start', 0, [['46', '46']]);
    const problems = right.problems.map(({ difficulty: _, solution_tokens: _tokens, ...problem }) => problem);
    const plain = runReport(REPORT_ABOUT, [{ ...right, problems }]);
    expect([difficultyRows(plain, 'sampled'), solutionRows(plain, 'sampled'), mistakeRows(plain, 'sampled')]).toEqual([
      [],
      [],
      [],
    ]);
  });
});

describe('exported bars', () => {
  it('are one row per category and stage as CSV', () => {
    const lines = barsCsv(lengthRows(report)).trimEnd().split('\n');
    expect(lines[0]).toBe('category,stage,share,low,high');
    expect(lines).toHaveLength(1 + 3 * lengthRows(report).length);
    expect(barsCsv(difficultyRows(report, 'sampled'))).toMatch(/^0 carries,start,0\.25,0\.\d+,0\.\d+$/m);
  });

  it('have a bar, an interval and a legend per stage as SVG, with names as text', () => {
    const rows = difficultyRows(report, 'sampled').map((row) => ({ ...row, name: `${row.name} <b>` }));
    const svg = barsSvg({ title: 'By difficulty', subtitle: 'avg@2', rows }, new Map());
    expect(svg.match(/<rect x="\d+" y="\d+" width="[\d.]+" height="11"/g)).toHaveLength(6);
    expect(svg.match(/<line /g)).toHaveLength(6);
    expect(svg).toContain('0 carries &lt;b&gt;');
    for (const title of ['Before training', 'After SFT', 'After RL']) expect(svg).toContain(title);
  });
});
