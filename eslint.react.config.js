/** The rules of React's Compiler (`npm test`): they take most of a lint's time, and seldom find anything. */
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['dist', 'node_modules', 'public'] },
  {
    files: ['src/**/*.tsx'],
    extends: [tseslint.configs.base, reactHooks.configs.flat.recommended],
    // Comments that silence other rules belong to eslint.config.js.
    linterOptions: { reportUnusedDisableDirectives: 'off' },
  },
);
