import { describe, expect, it } from 'vitest';
import { answer, REPORT_ABOUT, stageAnswers, THREE_STAGES } from '../../tests/support/stage-answers.ts';
import { wilsonInterval } from '../evaluation/intervals.ts';
import { runReport } from './compute-report.ts';
import { reportMarkdown } from './markdown.ts';
import { mcNemar, pairedInterval } from './paired-changes.ts';
import { bandsOf, greedySentence, kindsShown, points, sampledSentence, stageLine } from './report-text.ts';
import { reportText, RunReport } from './run-report.ts';

const report = runReport(REPORT_ABOUT, THREE_STAGES);
const stage = (name: string) => report.stages.find((one) => one.stage === name)!;
const change = (from: string, to: string) => report.changes.find((one) => one.from === from && one.to === to)!;

describe('the report of a run', () => {
  it('has the statistics of every stage, worked out by hand', () => {
    expect(report.stages.map((one) => [one.stage, one.step])).toEqual([
      ['start', 0],
      ['sft', 3],
      ['rl', 7],
    ]);
    expect(report.asked).toEqual({ problems: 4, samples: 2, temperature: 1, max_response_tokens: 4 });
    expect(stage('start').evaluation).toMatchObject({
      greedy: 1 / 4,
      'avg@k': 2 / 8,
      'pass@k': { 1: 2 / 8, 2: 2 / 4 },
    });
    expect(stage('sft').evaluation).toMatchObject({ greedy: 2 / 4, 'avg@k': 5 / 8, 'pass@k': { 2: 1 } });
    expect(stage('rl').evaluation).toMatchObject({ greedy: 3 / 4, 'avg@k': 7 / 8 });
    expect(stage('rl').evaluation.intervals.greedy).toEqual(wilsonInterval(3, 4));
    expect(stage('sft').evaluation.by_difficulty).toMatchObject({
      '0 carries': { problems: 2, greedy: 1, 'avg@k': 3 / 4 },
      '1 carry': { problems: 2, greedy: 0, 'avg@k': 1 / 2 },
    });
    expect(stage('rl').by_solution_length).toMatchObject({
      '2-3': { problems: 2, greedy: 1 },
      '4-7': { problems: 2, greedy: 1 / 2, 'avg@k': 3 / 4 },
    });
  });

  it('counts kinds of mistakes and lengths, unfinished responses among them', () => {
    expect(stage('start').mistakes.greedy).toEqual({ carry: 1, format: 1, other: 0, unfinished: 1 });
    expect(stage('start').mistakes.sampled).toMatchObject({
      carry: { responses: 0, share: 0 },
      format: { responses: 4, share: 1 / 2 },
      unfinished: { responses: 2, share: 1 / 4 },
    });
    // Tokens 2, 4; 2, 4; 3, 2; 2, 3.
    expect(stage('start').lengths.sampled).toEqual({ mean: 22 / 8, median: 2.5, longest: 4 });
    expect(stage('rl').lengths.greedy).toEqual({ mean: 3, median: 3, longest: 3 });
  });

  it('compares each stage with the one before it, and the last with the first', () => {
    expect(report.changes.map(({ from, to }) => [from, to])).toEqual([
      ['start', 'sft'],
      ['sft', 'rl'],
      ['start', 'rl'],
    ]);
    // Correct before: problem 4. After SFT: 1 and 3.
    expect(change('start', 'sft').greedy).toEqual({
      problems: 4,
      gained: 2,
      lost: 1,
      both: 0,
      neither: 1,
      difference: 1 / 4,
      interval: pairedInterval(2, 1, 4),
      p: mcNemar(2, 1),
    });
    expect(change('sft', 'rl').greedy).toMatchObject({ gained: 2, lost: 1, both: 1, neither: 0 });
    expect(change('start', 'rl').greedy).toMatchObject({ gained: 2, lost: 0, both: 1, neither: 1, difference: 1 / 2 });
    // Shares of samples: 0, 0, 1/2, 1/2; 1/2, 1/2, 1, 1/2; 1, 1, 1/2, 1.
    expect(change('start', 'sft').sampled).toMatchObject({ improved: 3, worse: 0, same: 1, difference: 3 / 8 });
    expect(change('sft', 'rl').sampled).toMatchObject({ improved: 3, worse: 1, same: 0, difference: 1 / 4 });
    expect(change('start', 'sft')['pass@k']).toMatchObject({ 1: { difference: 3 / 8 }, 2: { difference: 1 / 2 } });
    expect(change('start', 'sft').by_difficulty).toMatchObject({
      '0 carries': { problems: 2, gained: 2, lost: 0, difference: 1 },
      '1 carry': { problems: 2, gained: 0, lost: 1, difference: -1 / 2 },
    });
  });

  it('shows problems that turned, with both responses, of the stages that follow each other', () => {
    expect(
      report.examples.map(({ from, problem, before, after }) => [from, problem, before.correct, after.correct]),
    ).toEqual([
      ['start', 0, false, true],
      ['start', 2, false, true],
      ['start', 3, true, false],
      ['sft', 1, false, true],
      ['sft', 3, false, true],
      ['sft', 2, true, false],
    ]);
    expect(report.examples[3]).toEqual({
      from: 'sft',
      to: 'rl',
      problem: 1,
      prompt: '12+35=',
      answer: '47',
      difficulty: '1 carry',
      before: { response: '37', tokens: 3, correct: false, mistake: { kind: 'carry', at: [0, 2] } },
      after: { response: '47', tokens: 3, correct: true },
    });
  });

  it('is the same whatever the order of its stages, and is what its file says', () => {
    expect(runReport(REPORT_ABOUT, [...THREE_STAGES].reverse())).toEqual(report);
    expect(RunReport.parse(JSON.parse(reportText(report)))).toEqual(report);
    expect(reportText(report)).not.toContain('null,');
  });

  it('of one stage compares nothing', () => {
    const alone = runReport(REPORT_ABOUT, THREE_STAGES.slice(0, 1));
    expect([alone.changes, alone.examples]).toEqual([[], []]);
    expect(reportMarkdown(alone)).not.toContain('Problems that turned');
    expect(() => runReport(REPORT_ABOUT, [])).toThrow(RangeError);
  });

  it('draws many examples by the seed of the run, and cuts long responses', () => {
    const many = (correct: boolean) => Array.from({ length: 40 }, () => [correct ? '1' : '2!other', '1'] as const);
    const long = (seed: number) =>
      runReport({ ...REPORT_ABOUT, run: { ...REPORT_ABOUT.run, seed } }, [
        stageAnswers('start', 0, many(false)),
        stageAnswers('rl', 4, [...many(true).slice(1), [`${'9'.repeat(5000)}`, '1'] as const]),
      ]).examples;
    const places = (seed: number) => long(seed).map(({ problem }) => problem);
    expect(places(1)).toHaveLength(6);
    expect(places(1)).toEqual(places(1));
    expect(places(1)).not.toEqual(places(2));
    expect([...places(1)].sort((a, b) => a - b)).toEqual(places(1));
    const shown = Array.from({ length: 30 }, (_, seed) => long(seed))
      .flat()
      .find(({ problem }) => problem === 39);
    expect(shown?.after).toMatchObject({ cut: true, tokens: 5001 });
    expect(shown?.after.response).toHaveLength(4000);
  });

  it('has no bands for problems without any, and no solution lengths for problems without solutions', () => {
    const plain = THREE_STAGES.map(({ problems, ...rest }) => ({
      ...rest,
      problems: problems.map(({ prompt, answer: reference, greedy, sampled }) => ({
        prompt,
        answer: reference,
        greedy,
        sampled,
      })),
    }));
    const without = runReport(REPORT_ABOUT, plain);
    expect(without.stages[0]).toMatchObject({ by_solution_length: null, evaluation: { difficulty: 'solve rate' } });
    expect(without.changes[0]?.by_difficulty).toEqual({});
    expect(bandsOf(without)).toEqual([]);
    expect(reportMarkdown(without)).not.toContain('## By difficulty');
    expect(RunReport.parse(JSON.parse(reportText(without)))).toEqual(without);
  });
});

describe('what a report says', () => {
  it('says of an interval that includes 0 that the change is not known, and no more', () => {
    expect(greedySentence(change('start', 'sft'))).toMatch(
      /^Greedy: 2 problems turned correct, 1 turned incorrect: \+25\.0 points \[−.*\], McNemar p = 1\.000\. The interval /,
    );
    const large = runReport(REPORT_ABOUT, [
      stageAnswers(
        'start',
        0,
        Array.from({ length: 40 }, () => ['2!other', '2!other'] as const),
      ),
      stageAnswers(
        'sft',
        4,
        Array.from({ length: 40 }, () => ['1', '1'] as const),
      ),
    ]).changes[0]!;
    expect(greedySentence(large)).toMatch(/: \+100\.0 points \[\+\d+\.\d, \+100\.0\], McNemar p < 0\.001\.$/);
    expect(sampledSentence(large)).toMatch(/^Sampled: 40 improved, 0 got worse, 0 stayed the same: \+100\.0 points/);
  });

  it('writes differences with their sign, and none for 0', () => {
    expect([0.0371, -0.0371, 0, -0.0001].map(points)).toEqual(['+3.7', '−3.7', '0.0', '0.0']);
  });

  it('lists the kinds that occur, the most frequent first and the rest last', () => {
    expect(kindsShown(report)).toEqual(['format', 'carry', 'other', 'unfinished']);
  });

  it('has one line per stage for the terminal', () => {
    expect(stageLine(stage('sft'))).toMatch(
      /^report, after SFT: greedy 50\.0 % \[.*\], avg@2 62\.5 % \[.*\], pass@2 100\.0 % \[.*\]$/,
    );
  });
});

describe('report.md', () => {
  const text = reportMarkdown(report);

  it('has the numbers of report.json', () => {
    expect(text).toContain('# Report of demo\n');
    expect(text).toContain('| greedy | 25.0 % [4.6 %, 69.9 %] | 50.0 % [15.0 %, 85.0 %] | 75.0 % [30.1 %, 95.4 %] |');
    for (const one of report.changes) expect(text).toContain(greedySentence(one));
    expect(text).toContain(
      '| 0 carries | 2 | 0.0 % / 25.0 % | 100.0 % / 75.0 % | 50.0 % / 75.0 % | 1, 0: +50.0 points [',
    );
    expect(text).toContain('- `12+35=` (answer `47`, 1 carry): `37` (carry), then `47` (correct)');
    expect(text).toContain('- carry: a carry was forgotten.');
  });

  it('writes any text as text', () => {
    const odd = runReport({ ...REPORT_ABOUT, run: { ...REPORT_ABOUT.run, name: 'a|b *c* <d>' } }, [
      stageAnswers('start', 0, [['`x`\n|y!other', '1']]),
      stageAnswers('rl', 1, [['46', '1']]),
    ]);
    const written = reportMarkdown(odd);
    expect(written).toContain('# Report of a\\|b \\*c\\* \\<d\\>');
    expect(written).toContain('`` `x` ⏎ |y `` (other), then `46` (correct)');
  });

  it('an empty response is shown as nothing', () => {
    const empty = stageAnswers('start', 0, [['46', '46']]);
    const first = { ...empty.problems[0]!, greedy: { ...answer('46!format'), response: '' } };
    const written = reportMarkdown(
      runReport(REPORT_ABOUT, [{ ...empty, problems: [first] }, stageAnswers('rl', 1, [['46', '46']])]),
    );
    expect(written).toContain('(nothing) (format), then `46` (correct)');
  });
});
