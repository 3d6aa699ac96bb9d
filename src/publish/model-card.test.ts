import { describe, expect, it } from 'vitest';
import { parseRunConfig } from '../run/config.ts';
import type { StepRecord } from '../run/step-record.ts';
import { cardCurves } from './card-curves.ts';
import { modelCard } from './model-card.ts';
import { commitTitle, publishedFiles } from './run-files.ts';

const time = { step_ms: 1, tokens_per_second: 1 };
const record = (phase: StepRecord['phase'], step: number, metrics: Record<string, number>): StepRecord => ({
  phase,
  step,
  metrics,
  time,
});
const config = (changes: object = {}) =>
  parseRunConfig(
    {
      name: 'a run | with *marks*',
      seed: 7,
      model: { checkpoint: 'embedded:addition-0.1M' },
      task: { name: 'addition', digits: 2 },
      rl: { steps: 40, prompts: 32, responses: 8, strategy: { name: 'gppo' }, minibatches: 8, learning_rate: 2e-4 },
      evaluation: { every: 20, problems: 256, samples: 4 },
      ...changes,
    },
    'test',
  );
const records = [
  record('evaluation', 0, { 'accuracy/greedy': 0.05 }),
  ...Array.from({ length: 40 }, (_, i) =>
    record('rl', i + 1, { 'critic/score/mean': i / 40, 'clip_ratio/high_mean': 0.01 }),
  ),
  record('evaluation', 40, { 'accuracy/greedy': 0.75 }),
];
const input = { repository: 'ada/tiny', kind: 'checkpoint', config: config(), records } as const;

describe('modelCard', () => {
  const card = modelCard(input);

  it('has front matter that the hub reads', () => {
    const [, front = ''] = /^---\n([\s\S]*?)\n---\n/.exec(card) ?? [];
    expect(front.split('\n')).toEqual([
      'library_name: transformers',
      'pipeline_tag: text-generation',
      'tags:',
      '  - gppo-studio',
      '  - reinforcement-learning',
      '  - gppo',
    ]);
  });

  it('has recipe, first and last step of the curves, and every evaluation', () => {
    expect(card).toContain('RL with GPPO (40 steps) on addition');
    expect(card).toContain('| learning rate of RL | 2e-4 |');
    const rows = card.split('\n').filter((line) => /^\| \d+ \|/.test(line));
    expect(rows).toHaveLength(11 + 2);
    expect(rows[0]).toBe('| 1 | 0 | 1.0 % |');
    expect(rows[10]).toMatch(/^\| 40 \| 0\.975 \|/);
    expect(rows.slice(11)).toEqual(['| 0 | 5.0 % |', '| 40 | 75.0 % |']);
    expect(card).toContain('AutoModelForCausalLM.from_pretrained("ada/tiny")');
  });

  it('shows the curves as pictures of the same commit, with their ends in words', () => {
    const images = [...card.matchAll(/^!\[(.*)\]\((.*)\)$/gm)].map(([, words, path]) => [path, words]);
    expect(images).toEqual([
      ['curves/reward.svg', expect.stringMatching(/over steps: reward 0 at step 1, 0\.975 at step 40$/)],
      ['curves/accuracy.svg', 'Held-out accuracy over steps: greedy accuracy 5.0 % at step 0, 75.0 % at step 40'],
      ['curves/clipped.svg', expect.stringMatching(/1\.0 % at step 40$/)],
    ]);
    expect(cardCurves(input).map(({ path }) => path)).toEqual(images.map(([path]) => path));
  });

  it('escapes names in the pictures', () => {
    const named = { ...input, config: config({ name: 'a <b> & "c"' }) };
    for (const { svg } of cardCurves(named)) {
      expect(svg).toContain('a &lt;b&gt; &amp; &quot;c&quot;');
      expect(svg).not.toContain('<b>');
    }
  });

  it('has no curves of a run without steps', () => {
    expect(cardCurves({ ...input, records: [] })).toEqual([]);
    expect(modelCard({ ...input, records: [] })).not.toContain('## Curves');
  });

  it('takes formatting out of names', () => {
    expect(card).toContain('Run: a run \\| with \\*marks\\*, seed 7.');
  });

  it('takes entities, strikethrough and formulas out of names too', () => {
    const named = modelCard({ ...input, config: config({ name: '&lt;b&gt; ~~x~~ $y$' }) });
    expect(named).toContain('Run: \\&lt;b\\&gt; \\~\\~x\\~\\~ \\$y\\$, seed 7.');
  });

  it('has the curves of one step, and leaves out values that are not numbers', () => {
    const one = modelCard({ ...input, records: [record('rl', 1, { 'critic/score/mean': 0.5, 'actor/entropy': NaN })] });
    expect(one).toContain('![Reward over steps: reward 0.5 at step 1](curves/reward.svg)');
    expect(one).toContain('| 1 | 0.5 | – |');
    expect(one).not.toContain('NaN');
    expect(
      modelCard({ ...input, config: config({ rl: { ...input.config.rl, steps: 1 } }), records: records.slice(0, 2) }),
    ).toContain('RL with GPPO (1 step) on addition');
  });

  it('says of a stopped run how far it came, and of a run without steps that it has none', () => {
    expect(modelCard({ ...input, records: records.slice(0, 13) })).toContain('12 of 40 steps');
    expect(modelCard({ ...input, records: [] })).toContain('no training step yet');
  });

  it('names the base of an adapter where it is on the hub', () => {
    const model = {
      checkpoint: 'hub:owner/base@0123456789abcdef0123456789abcdef01234567',
      lora: { rank: 4, alpha: 8 },
    };
    const adapter = modelCard({ ...input, kind: 'adapter', config: config({ model }) });
    expect(adapter).toContain('library_name: peft');
    expect(adapter).toContain('base_model: owner/base');
    expect(adapter).toContain('PeftModel.from_pretrained(base, "ada/tiny")');
    expect(modelCard({ ...input, kind: 'adapter' })).toContain('path/to/base');
  });
});

it('publishes card, recipe, metrics and curves beside the model', async () => {
  const files = publishedFiles(input, [{ path: 'model.safetensors', data: new Uint8Array([1, 2]) }]);
  expect(files.map(({ path }) => path)).toEqual([
    'README.md',
    'recipe.json',
    'metrics.jsonl',
    ...['reward', 'accuracy', 'clipped'].map((name) => `curves/${name}.svg`),
    'model.safetensors',
  ]);
  expect(await files[3]?.content.text()).toMatch(/^<svg xmlns=[\s\S]*<polyline[\s\S]*<\/svg>\n$/);
  expect(parseRunConfig(JSON.parse(await (files[1]?.content.text() ?? '')), 'recipe.json')).toEqual(input.config);
  expect((await files[2]?.content.text())?.trimEnd().split('\n')).toHaveLength(records.length);
  expect(commitTitle(input)).toBe('Checkpoint of a run | with *marks* after 40 steps');
  expect(commitTitle({ ...input, config: config({ name: 'a\nb' }), records: records.slice(0, 2) })).toBe(
    'Checkpoint of a b after 1 step',
  );
});
