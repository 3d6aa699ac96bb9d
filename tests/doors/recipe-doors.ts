/** Configs: RunConfigs, sweeps, races, links, gradient batches, strategy files, and the recipe that a browser kept. */
import { readFileSync, readdirSync } from 'node:fs';
import { deflateSync, strToU8 } from 'fflate';
import { raceEntries } from '../../src/compare/race.ts';
import { parseSweep } from '../../src/compare/sweep.ts';
import { runsOf } from '../../src/compare/tuning.ts';
import { parseJsonText } from '../../src/json-text.ts';
import { parseRunConfig } from '../../src/run/config.ts';
import { parseGradientBatch } from '../../src/run/gradient-batch.ts';
import { shareHash, sharedRecipe } from '../../src/run/share.ts';
import { SHARE_KEY } from '../../src/run/share-key.ts';
import type { StrategyConfig } from '../../src/run/strategies/strategy-config.ts';
import { parseHubDataset, parseHubName } from '../../src/checkpoint/hub-address.ts';
import { choose, damagedBytes, damagedJson, damagedText } from './damage.ts';
import type { Door } from './door.ts';

const CONFIGS = new URL('../../configs/', import.meta.url);
const named = (start: RegExp) =>
  readdirSync(CONFIGS)
    .filter((name) => start.test(name) && name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(new URL(name, CONFIGS), 'utf8')) as unknown);

/** Recipes with fields that few have: LoRA, rewards of every kind, a filter, a custom strategy. */
const RICH = [
  {
    name: 'rich',
    model: { checkpoint: 'hub:owner/name@main', lora: { rank: 4 } },
    task: {
      name: 'dataset',
      data: { path: 'a.jsonl' },
      columns: { prompt: 'question', answer: 'answer' },
      held_out: { share: 0.2 },
      rewards: [
        { name: 'regex', pattern: '^[0-9]+$', weight: 0.5 },
        { name: 'json', schema: { type: 'object', properties: { a: { type: 'array', items: { type: 'number' } } } } },
        { name: 'custom', source: 'function reward(response, row) { return response.length }' },
      ],
    },
    rl: {
      steps: 2,
      strategy: {
        name: 'custom',
        title: 'Mine',
        parameters: { eps: 0.2 },
        source: 'fn strategy(token: Token) -> Outcome { return outcome(token.ratio, token.ratio, 0u); }',
      },
    },
  },
];

const RUNS = [...named(/^(demo|preset|train|recipe|sft|klear|gppo)/), ...RICH];
const SWEEPS = named(/^sweep/);
const BATCH = {
  sequences: [
    { tokens: [1, 2, 3, 4], prompt_length: 2, advantage: 1, old_logprobs: [-1, -2], ref_logprobs: [-1, -2] },
    { tokens: [5, 6, 7], prompt_length: 1, advantage: -0.5, reward: 1 },
  ],
  strategy: 'gppo',
  aggregation: 'token-mean',
  params: { eps_low: 0.2, kl_coefficient: 0 },
};

const hashOf = (text: string): string =>
  `#${SHARE_KEY}${btoa(String.fromCharCode(...deflateSync(strToU8(text))))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '')}`;

const INTACT = RUNS.map((config) => parseRunConfig(config, 'intact'));

export const RECIPE_DOORS: Door[] = [
  {
    name: 'run config',
    inputs: 500,
    names: /run\.json/,
    refused: 0.4,
    enter: (random) => parseRunConfig(parseJsonText(damagedJson(choose(random, RUNS), random), 'run.json'), 'run.json'),
  },
  {
    name: 'sweep',
    inputs: 300,
    names: /sweep\.json/,
    refused: 0.4,
    enter: (random) => {
      const text = damagedJson(choose(random, SWEEPS), random);
      return runsOf(parseSweep(parseJsonText(text, 'sweep.json'), 'sweep.json')).map(({ config }) => config);
    },
  },
  {
    name: 'race',
    inputs: 80,
    names: /race/,
    refused: 0.2,
    enter: (random) => {
      const base = parseRunConfig(parseJsonText(damagedJson(choose(random, RUNS), random), 'race base'), 'race base');
      return raceEntries({ base, strategies: [{ name: 'ppo' }, { name: 'gppo', beta1: 0.5 }] as StrategyConfig[] });
    },
  },
  {
    name: 'gradient batch',
    inputs: 120,
    names: /batch\.json/,
    refused: 0.4,
    enter: (random) => parseGradientBatch(parseJsonText(damagedJson(BATCH, random), 'batch.json'), 'batch.json', 100),
  },
  {
    name: 'link with a damaged recipe',
    inputs: 250,
    names: /link’s recipe|link's recipe/,
    refused: 0.4,
    enter: (random) => sharedRecipe(hashOf(damagedJson(choose(random, RUNS), random))),
  },
  {
    name: 'damaged link',
    inputs: 250,
    names: /link’s recipe|link's recipe/,
    refused: 0.3,
    enter: (random) => {
      const hash = shareHash(choose(random, INTACT));
      if (random.integer(2) === 0) return sharedRecipe(damagedText(hash, random));
      const packed = deflateSync(strToU8('{"name":"'.padEnd(random.integer(3) === 0 ? 5_000_000 : 5000, 'x')));
      const bytes = random.integer(2) === 0 ? packed : damagedBytes(packed, random);
      return sharedRecipe(`#${SHARE_KEY}${btoa(String.fromCharCode(...bytes)).replaceAll('+', '-')}`);
    },
  },
  {
    name: 'name of a hub repository',
    inputs: 80,
    names: /is not (?:a model name|a revision|the name of a data set)/,
    enter: (random) => {
      const text = damagedText(
        choose(random, ['hub:owner/name@main', 'https://huggingface.co/a/b/tree/main', 'a/b']),
        random,
      );
      return random.integer(2) === 0 ? parseHubName(text) : parseHubDataset(text);
    },
  },
];
