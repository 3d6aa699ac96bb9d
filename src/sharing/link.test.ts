import { deflateSync, strToU8 } from 'fflate';
import { describe, expect, it } from 'vitest';
import { damagedText } from '../../tests/doors/damage.ts';
import { tinyRun } from '../../tests/support/tiny-run.ts';
import { StudioError } from '../errors.ts';
import { stream } from '../random.ts';
import { shareHash } from '../run/share.ts';
import { DEMO_CONFIG } from '../run/presets.ts';
import type { StepRecord } from '../run/step-record.ts';
import { linkedRun, POINTS, recordsOf } from './link-curves.ts';
import { DICTIONARY } from './link-dictionary.ts';
import { linkHash, MOST_LINK, sharedOf, type Shared } from './link.ts';

const time = { step_ms: 20, tokens_per_second: 4000 };
const records = (count: number): StepRecord[] =>
  Array.from({ length: count }, (_, i): StepRecord[] => [
    {
      step: i + 1,
      phase: 'rl',
      metrics: {
        'critic/score/mean': Math.sqrt((i + 1) / count),
        'clip_ratio/low_mean': 0.01 + Math.sin(i) / 200,
        'clip_ratio/high_mean': 0.03 + Math.cos(i) / 100,
        'gradient/preserved_share': 0.05 + Math.sin(3 * i) / 50,
        'actor/entropy': 2 - i / count,
      },
      time,
    },
    ...(i % 10 === 9
      ? [
          {
            step: i + 1,
            phase: 'evaluation' as const,
            metrics: { 'accuracy/greedy': i / count, 'accuracy/sampled': i / count / 2 },
            time,
          },
        ]
      : []),
  ]).flat();

/** Links as people have them; they must open in every later version. */
const KEPT = {
  V1: '#share=AQPmuvy8tMx05BGR0Uw6mklHM-kgyqS1DAA',
  OLD:
    '#recipe=ZVNZbuswDLyLvpPASd_qO7wzCIxE24K1QUvaoMjd30hx2hT9syhqhjMcvwtPjsUoNLuwn2MMYicysxbj751wQbMV47tQ' +
    'C6s1BuMLWtmdWWvWI2ltigl-nyOlzPvhcPwnbjtRKK_t1Qb9aAOyNrMpWYwndKWOnAtHFH4MOxFTcLHdvpxwyzkGnxnHP0BkFzlR' +
    'qQmAR5xDlKDAo_YVey0XNPB8fWLe9IBB2vCK_gOQ22kx89KPwD5zoWNHaF-n_qUrWamsacggCd5etzclVcbwpC_kC82dJXWWydjC' +
    'Sc4p1KaoNcJBepO-Ojmzl2cq8BFXIAgXTjb4Wd5fiXEim9GvakpGVVsdgH3wDODPmpxsCGjuOp7KDstLED4c_oLSePNBBX0cg1qa' +
    '53A4ZGziwtICHrpWiAw8TUYZbqtFKfHEib1iWaOGn5IxaYN-vnLmrUZJNi7USH91JM7FOCptPrG-NNt9SSFev1EUk6UiWOurtffj' +
    'puuzYEGLfGC9K7fg5GhNeZrFMiVv4F_beZthGAYIzFCtq21bUUhPwY7w-JWSw7xb1PAaFoHhKwLaGBsuUrOiOwlpcnKLR7f2o4CU' +
    'oPCoANZgmVgs72H4nEg3sY8AIS58IVup_wRI5yajJQuZP1t2bT0_YWMmF22PyO32Hw',
};

const about = { name: 'GPPO, addition, seed 7', started: 1_700_000_000_000, adapter: 'google swiftshader' };
const CUSTOM = tinyRun(
  { task: { name: 'addition', digits: 1, rewards: [{ name: 'custom', source: 'function reward() { return 1; }' }] } },
  { strategy: { name: 'custom', title: 'mine', source: 'fn f() {}', parameters: { k: 2 } } },
);

describe('a link', () => {
  it.each<[string, Shared]>([
    ['a recipe', { config: DEMO_CONFIG }],
    ['a custom strategy and reward, a seed and a view', { config: { ...CUSTOM, seed: 41 }, view: '#/compare/race' }],
    ['the fields that are shown', { config: tinyRun(), fields: 'advanced' }],
  ])('carries %s', (_, shared) => {
    expect(sharedOf(linkHash(shared))).toEqual(shared);
  });

  it('carries the curves of a run, each value within half a level of its range', () => {
    const run = linkedRun(about, records(40), POINTS[0]);
    const back = sharedOf(linkHash({ config: DEMO_CONFIG, run }))?.run;
    expect(back).toMatchObject({ ...about, stepMs: 20, tokensPerSecond: 4000 });
    expect(back?.curves.map(({ key }) => key)).toEqual(run.curves.map(({ key }) => key));
    for (const [i, { series }] of run.curves.entries()) {
      const got = back!.curves[i]!.series;
      expect(got.steps).toEqual(series.steps);
      const half = (Math.max(...series.values) - Math.min(...series.values)) / 510 + 1e-4;
      for (const [k, value] of series.values.entries()) expect(Math.abs(got.values[k]! - value)).toBeLessThan(half);
    }
    expect(recordsOf(back!)).toHaveLength(44);
  });

  it('of the demo with the curves of 10,000 steps is short enough for chat', () => {
    const base = 'https://studio.example.org/gppo-studio/';
    const plain = base + linkHash({ config: DEMO_CONFIG });
    const curves = base + linkHash({ config: DEMO_CONFIG, run: linkedRun(about, records(10_000), POINTS[1]) });
    expect(plain.length).toBeLessThan(300);
    expect(curves.length).toBeLessThanOrEqual(MOST_LINK);
    expect(plain.length).toBeLessThan(base.length + shareHash(DEMO_CONFIG).length);
  });

  it.each([
    ['this version', 'V1'],
    ['earlier versions', 'OLD'],
  ] as const)('that %s made still opens', (_, kind) => {
    expect(sharedOf(KEPT[kind])).toMatchObject({ config: { name: 'demo-gppo', seed: 7 } });
  });

  const packed = (text: string, version = 1) =>
    `#share=${btoa(String.fromCharCode(version, ...deflateSync(strToU8(text), { dictionary: DICTIONARY })))
      .replaceAll('+', '-')
      .replaceAll('/', '_')}`;
  const json = (change: object) => packed(JSON.stringify({ config: DEMO_CONFIG, ...change }));
  const run = { ...about, time: [1, 2], curves: [[0, 9, 0, 1]] };

  it.each([
    ['one that is cut off', linkHash({ config: DEMO_CONFIG }).slice(0, -9), /cannot be unpacked: it is damaged/],
    ['one that is not base64', '#share=%%%', /cannot be unpacked/],
    ['one of a later version', packed('{}', 2), /of version 2; this studio reads version 1/],
    ['one that unpacks to far more than its size', packed('x'.repeat(5_000_000)), /cannot be unpacked|not JSON/],
    ['one whose contents are not JSON', packed('{"config"'), /^the link's contents: not JSON/],
    ['one without a recipe', packed('{}'), /^the link's contents: /],
    ['one with an address of elsewhere', json({ view: 'https://example.org' }), /^the link's contents: view: /],
    ['one with a script as its view', json({ view: 'javascript:alert(1)' }), /^the link's contents: view: /],
    ['one without the points of its curves', json({ run }), /the curves are incomplete/],
    ['one with too many points', json({ run: { ...run, curves: [[0, 1e9, 0, 1]] } }), /^the link's contents: run\./],
  ])('is refused in words of its own: %s', (_, hash, message) => {
    expect(() => sharedOf(hash)).toThrow(StudioError);
    expect(() => sharedOf(hash)).toThrow(message);
  });

  it('that is damaged anywhere is refused in words of its own, or opens as a recipe', () => {
    const whole = linkHash({ config: CUSTOM, run: linkedRun(about, records(40), POINTS[2]) });
    let refused = 0;
    for (let i = 0; i < 300; i++) {
      const random = stream(1, 'damaged link', i);
      const hash = i % 3 === 0 ? json({ view: damagedText('#/learn/zones', random) }) : damagedText(whole, random);
      try {
        const shared = sharedOf(hash);
        if (shared) expect(shared.config.task.name).toBeDefined();
      } catch (error) {
        expect(error).toBeInstanceOf(StudioError);
        expect((error as StudioError).message).toMatch(/link/);
        refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(60);
  });

  it('is not what other fragments are', () => {
    expect(sharedOf('')).toBeUndefined();
    expect(sharedOf('#/compare')).toBeUndefined();
  });
});
