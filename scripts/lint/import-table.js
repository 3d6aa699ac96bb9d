/** An ESLint rule: modules in a folder of src import only from the folders that a table allows. */
import { posix, relative, sep } from 'node:path';

/**
 * The folder of src (or `bench`) that a path from the repository's root lies in; undefined for src itself. Where the
 * table has `folder/config`, files of the folder called config.ts or fields.ts belong to that: schemas are of a lower
 * layer than the code that they configure.
 */
function folderOf(path, table) {
  const [root, folder, ...rest] = path.split('/');
  if (root === 'bench') return 'bench';
  if (root !== 'src' || rest.length === 0) return undefined;
  const config = `${folder}/config`;
  return config in table && ['config.ts', 'fields.ts'].includes(rest.at(-1)) ? config : folder;
}

/** Options: the table, from a folder to the folders that it may import beside itself. */
export const importTable = {
  meta: {
    type: 'problem',
    schema: [{ type: 'object', additionalProperties: { type: 'array', items: { type: 'string' } } }],
    messages: {
      upwards: 'src/{{from}} may not import {{to}}: it may import {{allowed}} (MAY_IMPORT, eslint.config.js).',
    },
  },
  create(context) {
    const [table] = context.options;
    const file = relative(context.cwd, context.filename).split(sep).join('/');
    const from = folderOf(file, table);
    if (from === undefined || !(from in table)) return {};
    const check = ({ source }) => {
      if (typeof source?.value !== 'string' || !source.value.startsWith('.')) return;
      const to = folderOf(posix.join(posix.dirname(file), source.value.split('?')[0]), table);
      if (to === undefined || to === from || table[from].includes(to)) return;
      const allowed = ['itself', ...table[from]].join(', ');
      context.report({ node: source, messageId: 'upwards', data: { from, to, allowed } });
    };
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
    };
  },
};
