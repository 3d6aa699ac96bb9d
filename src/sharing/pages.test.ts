/** Reports as HTML: what they say, that they are closed to foreign code, and how large they get. */
import { sha256 } from '@noble/hashes/sha2.js';
import { describe, expect, it } from 'vitest';
import { archivedRun } from '../../tests/support/archived.ts';
import { REPORT_ABOUT, THREE_STAGES } from '../../tests/support/stage-answers.ts';
import { runRecords } from '../../tests/support/sweep-runs.ts';
import { tinyRun } from '../../tests/support/tiny-run.ts';
import { parseSweep } from '../compare/sweep.ts';
import { runReport } from '../report/compute-report.ts';
import { ZONES, type RolloutView, type StepRecord, type TokenView } from '../run/step-record.ts';
import { runMarkdown } from './run-markdown.ts';
import { runPage } from './run-page.ts';
import { sweepPage } from './sweep-page.ts';
import type { ReportedRun } from './run-facts.ts';

const HOSTILE = `</title></style></script><script>alert(1)</script><img src=x onerror="alert(2)">'"&\u2028`;

const token = (text: string, i = 0): TokenView => ({
  text,
  ratio: 1.25,
  weight: 0.9,
  ppoWeight: 0,
  zone: ZONES[i % ZONES.length]!,
  probability: 0.5,
  oldProbability: 0.4,
  entropy: 0.7,
});

const response = (texts: readonly string[], change: Partial<RolloutView> = {}): RolloutView => ({
  prompt: '12+34=',
  reward: 0,
  correct: false,
  advantage: -0.5,
  answer: '46',
  tokens: texts.map(token),
  ...change,
});

/** Every metric of the report's charts, so that all of them are drawn. */
function records(count: number): StepRecord[] {
  const time = { step_ms: 20, tokens_per_second: 4000 };
  return Array.from({ length: count }, (_, i): StepRecord[] => {
    const share = (i + 1) / (count + 1);
    const metrics = {
      'critic/score/mean': share,
      'clip_ratio/low_mean': 0.01 + share / 50,
      'clip_ratio/high_mean': 0.02 + share / 40,
      'clip_ratio/region_mean': 0.08,
      'gradient/preserved_share': share / 9,
      'actor/entropy': 2 - share,
      'actor/ppo_kl': share / 1000,
      'actor/kl_loss': share / 700,
      'actor/grad_norm': 1 + Math.sin(i) / 3,
      'actor/lr': 1e-4,
      'response_length/mean': 12 + Math.cos(i),
    };
    const evaluated: StepRecord = {
      step: i + 1,
      phase: 'evaluation',
      metrics: { 'accuracy/greedy': share, 'accuracy/sampled': share / 2 },
      time,
    };
    return [{ step: i + 1, phase: 'rl', metrics, time }, ...(i % 10 === 9 ? [evaluated] : [])];
  }).flat();
}

function reported(count: number, change: Partial<ReportedRun['run']> = {}): ReportedRun {
  const { run } = archivedRun('one', 0, {
    name: 'my run',
    state: 'complete',
    software: { studio: '0.1.0', host: 'Chrome 141, Linux' },
    ...change,
  });
  return { run, records: records(count) };
}

/** Names of elements outside the page's own script and style. */
const elements = (page: string): Set<string> =>
  new Set([...page.replace(/<(script|style)>.*?<\/\1>/gs, '').matchAll(/<\/?([a-zA-Z]+)/g)].map(([, name]) => name!));

describe('a run', () => {
  const page = runPage({
    ...reported(40),
    report: runReport(REPORT_ABOUT, THREE_STAGES),
    rollouts: { step: 40, responses: [response(['4', '7'])] },
  });

  it('has headline numbers, curves, stages, tokens, environment, config and the command', () => {
    for (const text of [
      '<h1>my run</h1>',
      '<dt>Reward, first → last step</dt><dd>0.0244 → 0.976</dd>',
      '<dt>Clipped tokens, mean over steps</dt><dd>8.0 %</dd>',
      'id="chart-reward"',
      'id="chart-accuracy"',
      'Before training',
      '<span class="t positive-high" title="A&gt;0 above range: ratio 1.25',
      '<dd>google swiftshader</dd>',
      '<dd>Chrome 141, Linux</dd>',
      'npm run --silent cli -- train config.json --output runs/my-run',
      '2023-11-14 22:13 UTC',
      'One run with one seed',
    ])
      expect(page).toContain(text);
  });

  it('is the same text for the same run', () => {
    const again = runPage({
      ...reported(40),
      report: runReport(REPORT_ABOUT, THREE_STAGES),
      rollouts: { step: 40, responses: [response(['4', '7'])] },
    });
    expect(again).toBe(page);
  });

  it('has the exact records and config as files inside', () => {
    const files = new Map(
      [...page.matchAll(/download="([^"]+)" href="data:[^,]+,([^"]+)"/g)].map(([, name, data]) => [
        name,
        Buffer.from(data!, 'base64').toString(),
      ]),
    );
    expect(JSON.parse(files.get('config.json')!)).toEqual(tinyRun());
    const lines = files.get('metrics.jsonl')!.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as StepRecord)).toEqual(records(40));
  });

  it('allows only its own script and style, by their checksums, and requests nothing', () => {
    const sources = ['style', 'script'].map((name) => {
      const text = new RegExp(`<${name}>(.*?)</${name}>`, 's').exec(page)![1]!;
      return `${name}-src 'sha256-${Buffer.from(sha256(new TextEncoder().encode(text))).toString('base64')}'`;
    });
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)![1]!;
    expect(policy).toBe(`default-src 'none'; ${sources.join('; ')}; base-uri 'none'; form-action 'none'`);
    expect(page).not.toMatch(/\bsrc=|url\(|@import|<link|<iframe/);
    const addresses = [...page.matchAll(/https?:[^"\s]*/g)].map(([address]) => address);
    expect(new Set(addresses)).toEqual(new Set(['http://www.w3.org/2000/svg', "http://www.w3.org/2000/svg',"]));
  });

  it('escapes names, notes, errors, prompts, tokens, answers and configs of others', () => {
    const hostile = reported(3, {
      name: HOSTILE,
      note: HOSTILE,
      error: HOSTILE,
      adapter: HOSTILE,
      software: { studio: HOSTILE, host: HOSTILE },
      config: tinyRun(
        { name: HOSTILE },
        { strategy: { name: 'custom', title: HOSTILE.slice(0, 60), source: HOSTILE, parameters: {} } },
      ),
    });
    const text = runPage({
      ...hostile,
      rollouts: {
        step: 3,
        responses: [
          response([HOSTILE], { prompt: HOSTILE, answer: HOSTILE, tokens: [token(HOSTILE)], unused: [HOSTILE] }),
        ],
      },
    });
    const known = elements(page);
    expect([...elements(text)].filter((name) => !known.has(name))).toEqual([]);
    expect(text).not.toContain('<img');
    expect(text.match(/<script/g)).toHaveLength(1);
    expect(text.match(/<\/(?:script|style|title)>/g)).toHaveLength(3);
    // As text it is all there.
    expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=&quot;alert(2)&quot;&gt;');
  });

  it('of 10,000 steps with long responses is under 3 MB, and its headline has the last step', () => {
    const long = Array.from({ length: 3000 }, (_, i) => `word${i} `);
    const text = runPage({
      ...reported(10_000),
      rollouts: { step: 10_000, responses: Array.from({ length: 64 }, () => response(long)) },
    });
    expect(text.length).toBeLessThan(3e6);
    expect(text).toContain('<dd>1e-4 → 1</dd>');
    expect(text).toMatch(/a point is the mean of up to \d+ steps/);
    expect(text).toContain('2600 further tokens are left out');
    expect(text).not.toContain('download="metrics.jsonl"');
  });

  it('that has not made a step yet is still a report', () => {
    const text = runPage({ run: reported(0).run, records: [] });
    expect(text).toContain('<h2>Config</h2>');
    expect(text).not.toContain('<h2>Curves</h2>');
  });

  it('names what the config alone does not have', () => {
    const config = tinyRun({ model: { checkpoint: 'local:my model' } });
    expect(runPage(reported(3, { config }))).toContain('The checkpoint local:my model is not part of this report');
  });

  it('in Markdown has the same numbers, and no markup of others', () => {
    const text = runMarkdown(reported(40, { name: 'a *bold* <b>', note: '# not a heading' }));
    expect(text).toContain('# a \\*bold\\* \\<b\\>\n');
    expect(text).toContain('\\# not a heading');
    expect(text).toContain('Reward, first → last step: 0.0244 → 0.976');
    expect(text).toContain('    npm run --silent cli -- train config.json --output runs/a-bold-b\n');
  });
});

describe('a sweep', () => {
  const sweep = parseSweep(
    { name: `sweep ${HOSTILE}`, base: tinyRun(), strategies: ['ppo', 'gppo'], seeds: [1, 2, 3, 4] },
    'sweep.json',
  );
  const pageOf = (gain: number, seeds = [1, 2, 3, 4]) =>
    sweepPage({
      sweep: { ...sweep, seeds },
      runs: seeds.flatMap((seed) => [
        runRecords('ppo', seed, [0.2, 0.3 + seed / 100], [2, 1]),
        runRecords('gppo', seed, [0.2, 0.3 + seed / 100 + gain + ((seed * 7) % 3) / 100], [2, 1.5]),
      ]),
      started: 1_700_000_000_000,
      places: [
        { adapter: 'swiftshader', software: { studio: '0.1.0', host: 'Node 22.20.0, Linux x64' } },
        { adapter: 'swiftshader' },
      ],
    });

  it('has arms with intervals, a point per seed, curves, all runs and the command', () => {
    const page = pageOf(0.2);
    expect(page).toContain('Better than ppo in sampled accuracy: gppo');
    expect(page.match(/<title>seed \d: /g)).toHaveLength(8);
    expect(page).toContain('id="chart-accuracy-sampled"');
    expect(page).toContain('95 % interval of the mean');
    expect(page).toContain('download="sweep.json"');
    expect(page).toContain('npm run --silent cli -- compare sweep.json --output sweeps/sweep-');
    expect(page).not.toContain('<img');
    for (const text of ['swiftshader', 'Node 22.20.0, Linux x64', '0.1.0']) expect(page).toContain(`<dd>${text}</dd>`);
  });

  it('names no arm as better where the interval includes 0, or the seeds are too few', () => {
    const equal = pageOf(0);
    expect(equal).toContain('No difference to ppo in sampled accuracy is shown by these seeds');
    expect(equal).not.toMatch(/Better than|: better</);
    const few = pageOf(0.2, [1, 2]);
    expect(few).toContain('A verdict needs at least 3 seeds');
    expect(few).not.toContain('Better than');
  });

  it('of many long runs is under 3 MB', () => {
    const seeds = Array.from({ length: 8 }, (_, i) => i + 1);
    const curve = Array.from({ length: 10_000 }, (_, i) => i / 10_000);
    const page = sweepPage({
      sweep: { ...sweep, seeds },
      runs: seeds.flatMap((seed) => ['ppo', 'gppo'].map((label) => runRecords(label, seed, curve, curve))),
      places: [],
    });
    expect(page.length).toBeLessThan(3e6);
    expect(page).toContain('every 50th step');
  });
});
