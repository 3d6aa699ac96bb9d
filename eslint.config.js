import boundaries from 'eslint-plugin-boundaries';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/** What a folder of src may import, beside itself and the two files in src itself that all may (errors.ts, random.ts). */
const MAY_IMPORT = {
  gpu: [],
  model: ['gpu'],
  checkpoint: ['model'],
  text: [],
  strategies: [],
  run: ['strategies'],
  compare: ['run'],
  tasks: ['text', 'run'],
  rl: ['model', 'gpu', 'tasks', 'text', 'run'],
  sft: ['model', 'gpu', 'tasks', 'text', 'run', 'rl'],
  session: ['compare', 'rl', 'sft', 'model', 'gpu', 'checkpoint', 'text', 'tasks', 'run'],
  worker: ['session', 'compare', 'rl', 'sft', 'model', 'gpu', 'checkpoint', 'text', 'tasks', 'run'],
  store: ['run', 'worker', 'compare', 'strategies'],
  ui: ['store', 'run', 'worker', 'compare', 'strategies'],
  cli: ['session', 'rl', 'sft', 'model', 'gpu', 'checkpoint', 'text', 'tasks', 'run', 'bench', 'compare'],
};

const folders = ['gpu', 'model', 'checkpoint', 'text', 'run', 'compare', 'tasks', 'rl', 'sft', 'session', 'worker', 'store', 'ui', 'cli'];

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
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true, named: true, defaultFrom: true, namedFrom: true, namespaceFrom: true } }],
    },
  },
  { files: ['*.config.{ts,js}', 'bench/*.config.ts', 'src/**/*.d.ts'], rules: { 'no-restricted-exports': 'off' } },
  { files: ['src/**/*.tsx'], ...reactHooks.configs.flat.recommended },
  {
    files: ['src/**/*.{ts,tsx}'],
    plugins: { boundaries },
    settings: {
      'import/resolver': { node: { extensions: ['.ts', '.tsx'] } },
      'boundaries/elements': [
        ...folders.map((folder) => ({ type: folder, pattern: `src/${folder}/**`, partialMatch: false })),
        { type: 'strategies', pattern: 'shaders/strategies/**', partialMatch: false },
        { type: 'bench', pattern: 'bench/**', partialMatch: false },
      ],
      'boundaries/include': ['src/**/*', 'shaders/strategies/**/*', 'bench/**/*'],
    },
    rules: {
      'boundaries/dependencies': [
        'error',
        {
          default: 'disallow',
          policies: [
            ...Object.entries(MAY_IMPORT).map(([type, allowed]) => ({ from: { element: { type } }, allow: { to: { element: { type: [type, ...allowed] } } } })),
          ],
        },
      ],
    },
  },
  // Indices of numeric tests are in range by construction.
  { files: ['tests/**/*.ts', '**/*.test.ts'], rules: { '@typescript-eslint/no-non-null-assertion': 'off' } },
  {
    // The page knows the worker by its protocol alone.
    files: ['src/{store,ui}/**/*.{ts,tsx}'],
    rules: { 'no-restricted-imports': ['error', { patterns: [{ regex: 'worker/(?!protocol\\.ts$)', message: 'the page may import src/worker/protocol.ts only' }] }] },
  },
  { files: ['src/**/*.test.ts'], rules: { 'boundaries/dependencies': 'off' } },
);
