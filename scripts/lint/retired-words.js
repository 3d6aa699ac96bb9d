/** An ESLint rule: user-visible strings do not use the wordings of retired-words-list.js. */
import { RETIRED_WORDS } from './retired-words-list.js';

/** JSX attributes whose values nobody reads. */
const TECHNICAL_ATTRIBUTES = new Set([
  'className',
  'd',
  'dataKey',
  'href',
  'htmlFor',
  'id',
  'key',
  'name',
  'role',
  'style',
]);

/** Text that a page could show: several words, or a word that begins like a label. Keys and paths are neither. */
const looksVisible = (text) => /\s/.test(text.trim()) || /^[A-Z]/.test(text.trim());

/** True for strings that are part of the code: module paths, keys, types, technical attributes, directives. */
function isTechnical(node) {
  for (let child = node, parent = node.parent; parent; child = parent, parent = parent.parent) {
    switch (parent.type) {
      case 'ImportDeclaration':
      case 'ImportExpression':
      case 'ExportNamedDeclaration':
      case 'ExportAllDeclaration':
        return parent.source === child;
      case 'TSLiteralType':
        return true;
      case 'ExpressionStatement':
        return parent.directive !== undefined;
      case 'Property':
        if (parent.key === child && !parent.computed) return true;
        break;
      case 'MemberExpression':
        if (parent.property === child) return true;
        break;
      case 'JSXAttribute': {
        const { name } = parent.name;
        return typeof name === 'string' && (TECHNICAL_ATTRIBUTES.has(name) || name.startsWith('data-'));
      }
      case 'BlockStatement':
      case 'JSXElement':
      case 'JSXFragment':
      case 'Program':
        return false;
    }
  }
  return false;
}

export const retiredWords = {
  meta: {
    type: 'suggestion',
    docs: { description: 'Keeps retired wordings out of user-visible strings' },
    messages: { retired: 'Retired wording “{{found}}”: use {{use}}.' },
    schema: [],
  },
  create(context) {
    const check = (node, text) => {
      const plain = text.replace(/\s+/g, ' ').trim();
      for (const { pattern, use } of RETIRED_WORDS) {
        const found = pattern.exec(plain)?.[0];
        if (found !== undefined) context.report({ node, messageId: 'retired', data: { found, use } });
      }
    };
    const checkString = (node, text) => {
      if (looksVisible(text) && !isTechnical(node)) check(node, text);
    };
    return {
      JSXText: (node) => check(node, node.value),
      Literal: (node) => typeof node.value === 'string' && checkString(node, node.value),
      TemplateElement: (node) => checkString(node, node.value.cooked ?? node.value.raw),
    };
  },
};
