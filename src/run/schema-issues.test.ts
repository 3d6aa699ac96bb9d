import { describe, expect, it } from 'vitest';
import { parseSweep } from '../compare/sweep.ts';
import { parseSampling } from '../views/playground.ts';
import { parseRunConfig } from './config.ts';
import { parseGradientBatch } from './gradient-batch.ts';

const rl = { steps: 1, strategy: { name: 'gppo' } };
const base = { model: { architecture: {} }, task: { name: 'addition' }, rl };
const STRATEGIES = 'custom, ppo, clip-higher, gppo, ce-gppo, cispo';

describe('an error of a config names file, field, what was expected and what was found', () => {
  it.each<[what: string, config: unknown, message: string | RegExp]>([
    ['missing section', { model: base.model, rl }, 'task: expected an object, but the field is missing'],
    [
      'missing number',
      { ...base, rl: { strategy: rl.strategy } },
      'rl.steps: expected a whole number, but the field is missing',
    ],
    ['null', null, 'expected an object, found null'],
    ['list for an object', [], 'expected an object, found a list'],
    ['text for an object', 'text', 'expected an object, found "text"'],
    ['text for a number', { ...base, seed: 'seven' }, 'seed: expected a whole number, found "seven"'],
    [
      'null for a number',
      { ...base, rl: { ...rl, learning_rate: null } },
      'rl.learning_rate: expected a number, found null',
    ],
    ['object for a number', { ...base, rl: { ...rl, top_p: {} } }, 'rl.top_p: expected a number, found an object'],
    ['not a number', { ...base, rl: { ...rl, top_p: NaN } }, 'rl.top_p: expected a number, found NaN'],
    [
      'text for a switch',
      { ...base, rl: { ...rl, filter_groups: 'yes' } },
      'rl.filter_groups: expected true or false, found "yes"',
    ],
    ['number for text', { ...base, name: 7 }, 'name: expected text, found 7'],
    [
      'text for a list',
      { ...base, model: { checkpoint: 'x', freeze: 'head' } },
      'model.freeze: expected a list, found "head"',
    ],
    ['fraction for a whole number', { ...base, seed: 1.5 }, 'seed: expected a whole number, found 1.5'],
    ['too small', { ...base, seed: -1 }, 'seed: expected at least 0, found -1'],
    ['not above', { ...base, rl: { ...rl, learning_rate: 0 } }, 'rl.learning_rate: expected more than 0, found 0'],
    ['too large', { ...base, rl: { ...rl, prompts: 1e6 } }, 'rl.prompts: expected at most 65536, found 1000000'],
    ['empty text', { ...base, name: '' }, 'name: expected at least 1 character, found 0'],
    ['long text', { ...base, name: 'x'.repeat(300) }, 'name: expected at most 200 characters, found 300'],
    [
      'empty list',
      { ...base, model: { checkpoint: 'x', freeze: [] } },
      'model.freeze: expected at least 1 entry, found 0',
    ],
    ['misspelt field', { ...base, rl: { ...rl, promts: 4 } }, 'rl.promts: unknown field; did you mean prompts?'],
    [
      'unknown field',
      { ...base, surprise: 1 },
      'surprise: unknown field; expected one of name, seed, model, task, sft, rl, evaluation, report, memory, compute',
    ],
    [
      'unknown choice',
      { ...base, rl: { ...rl, schedule: 'step' } },
      'rl.schedule: expected one of constant, linear, cosine, found "step"',
    ],
    [
      'no source of the model',
      { ...base, model: {} },
      'model: expected either checkpoint or architecture, found neither',
    ],
    [
      'two sources of the model',
      { ...base, model: { checkpoint: 'x', architecture: {} } },
      'model: expected either checkpoint or architecture, found both',
    ],
    ['model of another type', { ...base, model: 'addition' }, 'model: expected an object, found "addition"'],
    [
      'field of a new model',
      { ...base, model: { architecture: { heads: 0 } } },
      'model.architecture.heads: expected at least 1, found 0',
    ],
    [
      'field of adapters',
      { ...base, model: { checkpoint: 'x', lora: { rank: 'r' } } },
      'model.lora.rank: expected a whole number, found "r"',
    ],
    ['dropout', { ...base, model: { checkpoint: 'x', lora: { dropout: 0.1 } } }, /^model\.lora\.dropout: expected 0/],
    [
      'frozen group',
      { ...base, model: { checkpoint: 'x', freeze: ['heads'] } },
      'model.freeze.0: expected embeddings, head, norms, layers:N or layers:N-M, found "heads"',
    ],
    [
      'both ways to train',
      { ...base, model: { checkpoint: 'x', lora: {}, freeze: ['head'] } },
      /^model\.freeze: expected either freeze or lora, found both/,
    ],
    [
      'unknown task',
      { ...base, task: { name: 'chess' } },
      'task.name: expected one of addition, arithmetic, programs, countdown, sorting, dataset, found "chess"',
    ],
    [
      'task without a name',
      { ...base, task: {} },
      'task.name: expected one of addition, arithmetic, programs, countdown, sorting, dataset, ' +
        'but the field is missing',
    ],
    ['task of another type', { ...base, task: 'addition' }, 'task: expected an object, found "addition"'],
    [
      'field of another task',
      { ...base, task: { name: 'addition', operations: 2 } },
      'task.operations: unknown field; expected one of name, digits, bands, format, system, date, template, rewards',
    ],
    [
      'unknown strategy',
      { ...base, rl: { ...rl, strategy: { name: 'magic' } } },
      new RegExp(`^rl\\.strategy\\.name: expected one of ${STRATEGIES}.*, found "magic"$`),
    ],
    [
      'parameter of a strategy',
      { ...base, rl: { ...rl, strategy: { name: 'gppo', beta1: -1 } } },
      'rl.strategy.beta1: expected at least 0, found -1',
    ],
    [
      'parameter of another strategy',
      { ...base, rl: { ...rl, strategy: { name: 'ppo', beta1: 1 } } },
      /^rl\.strategy\.beta1: unknown field; expected one of name, eps_low/,
    ],
    [
      'name of a custom parameter',
      { ...base, rl: { ...rl, strategy: { name: 'custom', source: 'x', parameters: { 'no good': 1 } } } },
      'rl.strategy.parameters.no good: expected a lower-case name of letters, digits and _',
    ],
  ])('%s', (_, config, message) => {
    const expected =
      typeof message === 'string'
        ? `run.json: ${message}`
        : (expect.stringMatching(new RegExp(message.source.replace(/^\^/, '^run\\.json: '))) as string);
    expect(() => parseRunConfig(config, 'run.json')).toThrow(
      expect.objectContaining({ kind: 'input', message: expected }),
    );
  });
});

it('errors of a sweep, a gradient batch and a request of the page are worded alike', () => {
  const sweep = (change: object) => () =>
    parseSweep({ base, strategies: ['ppo'], seeds: [1], ...change }, 'sweep.json');
  const batch = (change: object) => () =>
    parseGradientBatch(
      { sequences: [{ tokens: [1, 2], prompt_length: 1 }], strategy: 'gppo', ...change },
      'batch.json',
      9,
    );
  expect(sweep({ base: { ...base, seed: -1 } })).toThrow('sweep.json: base.seed: expected at least 0, found -1');
  expect(sweep({ strategies: [{ name: 'magic' }] })).toThrow(
    /^sweep\.json: strategies\.0\.name: expected one of custom, ppo/,
  );
  expect(sweep({ seeds: [] })).toThrow('sweep.json: seeds: expected at least 1 entry, found 0');
  expect(batch({ strategy: 'magic' })).toThrow(/^batch\.json: strategy: expected one of sft, ppo.*, found "magic"$/);
  expect(batch({ params: { dual_clip: 0.5 } })).toThrow(
    'batch.json: params.dual_clip: expected more than 1, found 0.5',
  );
  expect(batch({ sequences: [{ tokens: [1], prompt_length: 1 }] })).toThrow(
    'batch.json: sequences.0.tokens: expected at least 2 entries, found 1',
  );
  expect(() => parseSampling({ temperature: 1, topK: 0, topP: 2, maxTokens: 1, seed: 0 })).toThrow(
    'sampling: topP: expected at most 1, found 2',
  );
});
