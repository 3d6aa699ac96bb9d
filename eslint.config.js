import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';
import { importTable } from './scripts/lint/import-table.js';
import { retiredWords } from './scripts/lint/retired-words.js';

/**
 * What a folder of src may import, beside itself and the files in src itself that all may (errors.ts, random.ts,
 * json-text.ts). README's table and docs/architecture.md say what lives in each.
 */
const MAY_IMPORT = {
  gpu: [],
  model: ['gpu'],
  checkpoint: ['model'],
  text: [],
  schema: [],
  data: ['schema'],
  evaluation: ['data', 'rewards', 'schema'],
  rewards: ['data', 'schema'],
  'tasks/config': ['rewards', 'schema'],
  run: ['tasks/config', 'data', 'rewards', 'schema'],
  report: ['evaluation', 'run', 'schema'],
  views: ['run', 'data', 'rewards', 'evaluation'],
  advice: ['run'],
  archive: ['compare', 'report', 'run'],
  sharing: ['archive', 'compare', 'report', 'rewards', 'run'],
  claims: ['compare', 'run'],
  cluster: ['rl', 'tasks', 'text', 'rewards', 'run'],
  publish: ['checkpoint', 'compare', 'run', 'sharing'],
  regimes: ['compare'],
  compare: ['rewards', 'run', 'schema'],
  tasks: ['tasks/config', 'text', 'run', 'data', 'rewards'],
  objective: ['model', 'gpu', 'run', 'views'],
  sft: ['objective', 'model', 'gpu', 'tasks', 'text', 'rewards', 'data', 'run', 'views'],
  rl: ['objective', 'model', 'gpu', 'tasks', 'text', 'rewards', 'run'],
  dumps: ['data', 'objective', 'model', 'gpu', 'run', 'views'],
  logs: ['data', 'run'],
  rollouts: ['rl', 'model', 'text', 'run', 'views'],
  recording: ['rollouts', 'run', 'views'],
  analysis: ['rl', 'objective', 'model', 'gpu', 'tasks', 'text', 'run', 'views'],
  session: [
    'cluster',
    'compare',
    'analysis',
    'rl',
    'sft',
    'objective',
    'model',
    'gpu',
    'checkpoint',
    'text',
    'tasks',
    'data',
    'rewards',
    'evaluation',
    'report',
    'run',
    'views',
  ],
  worker: [
    'session',
    'cluster',
    'recording',
    'archive',
    'compare',
    'rollouts',
    'dumps',
    'rl',
    'objective',
    'model',
    'gpu',
    'checkpoint',
    'text',
    'tasks',
    'data',
    'rewards',
    'evaluation',
    'report',
    'run',
    'views',
  ],
  store: [
    'archive',
    'compare',
    'data',
    'logs',
    'publish',
    'recording',
    'report',
    'rewards',
    'run',
    'sharing',
    'views',
    'worker',
  ],
  ui: [
    'advice',
    'archive',
    'claims',
    'compare',
    'data',
    'logs',
    'publish',
    'recording',
    'regimes',
    'report',
    'rewards',
    'run',
    'schema',
    'sharing',
    'store',
    'views',
    'worker',
  ],
  cli: [
    'session',
    'recording',
    'cluster',
    'publish',
    'rollouts',
    'sharing',
    'dumps',
    'logs',
    'archive',
    'compare',
    'objective',
    'model',
    'gpu',
    'checkpoint',
    'text',
    'tasks',
    'data',
    'rewards',
    'evaluation',
    'report',
    'run',
    'views',
    'bench',
  ],
};

export default tseslint.config(
  { ignores: ['dist', 'node_modules', 'public', 'test-results', 'bench/dist', 'bench/node_modules', 'bench/results'] },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strict, tseslint.configs.stylistic],
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // Formulas and templates read better as they are.
      '@typescript-eslint/restrict-template-expressions': 'off',
      '@typescript-eslint/no-non-null-assertion': 'error',
      'no-restricted-exports': [
        'error',
        {
          restrictDefaultExports: {
            direct: true,
            named: true,
            defaultFrom: true,
            namedFrom: true,
            namespaceFrom: true,
          },
        },
      ],
    },
  },
  {
    files: ['**/*.{ts,tsx,js,mjs}'],
    ignores: ['scripts/lint/retired-words-list.js'],
    rules: {
      // Prettier breaks code, but neither strings nor comments. A formula in String.raw is one piece.
      'max-len': ['error', { code: 120, ignoreUrls: true, ignoreRegExpLiterals: true, ignorePattern: 'String\\.raw' }],
    },
  },
  { files: ['*.config.{ts,js}', 'bench/*.config.ts', 'src/**/*.d.ts'], rules: { 'no-restricted-exports': 'off' } },
  {
    // The other rules of the plugin run the React Compiler and take longer than all else: eslint.react.config.js.
    files: ['src/**/*.{ts,tsx}'],
    plugins: { 'react-hooks': reactHooks },
    rules: { 'react-hooks/rules-of-hooks': 'error', 'react-hooks/exhaustive-deps': 'error' },
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    // Tests beside their source may set up what it is used with.
    ignores: ['**/*.test.ts'],
    plugins: { imports: { rules: { table: importTable } } },
    rules: { 'imports/table': ['error', MAY_IMPORT] },
  },
  {
    // The page knows the worker by its calls and events alone.
    files: ['src/{store,ui}/**/*.{ts,tsx}'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: 'worker/(?!(protocol|events)\\.ts$)',
              message: 'of src/worker the page may import protocol.ts and events.ts only',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['e2e/*.spec.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: [
            {
              name: '@playwright/test',
              importNames: ['test'],
              message: 'import test of traffic.ts or returning.ts, which record every request',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['src/**/*.{ts,tsx}', 'bench/**/*.{ts,tsx}'],
    ignores: ['**/*.test.ts'],
    plugins: { local: { rules: { 'retired-words': retiredWords } } },
    // User-visible strings use the terms of scripts/lint/retired-words-list.js.
    rules: { 'local/retired-words': 'error' },
  },
  // Indices of numeric tests are in range by construction.
  { files: ['tests/**/*.ts', '**/*.test.ts'], rules: { '@typescript-eslint/no-non-null-assertion': 'off' } },
);
