/**
 * What runs in the interpreter before the source of a custom reward: it takes away what would make a reward depend on
 * anything but its arguments, and what could run for long without the interpreter noticing.
 */

/** Longest array whose methods may be called: their loops are native, so that they are not counted as steps. */
const LONGEST_ARRAY = 1_000_000;

/** Evaluates to a function (reward, response, row as JSON, facts as JSON) => outcome as JSON, an Outcome of vm.ts. */
export const PRELUDE = String.raw`(() => {
  'use strict';
  const { parse, stringify } = JSON;
  const { apply, ownKeys, getOwnPropertyDescriptor, getPrototypeOf, defineProperty } = Reflect;
  const { Error: PlainError, RangeError: PlainRangeError, String: text, TypeError: PlainTypeError } = globalThis;
  const isArray = Array.isArray;

  const refuse = (name) => {
    throw new PlainError(name + ' is not available: a reward depends on its arguments alone');
  };
  const absent = ['Date', 'performance', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'fetch',
    'XMLHttpRequest', 'WebSocket', 'crypto', 'require', 'process', 'navigator', 'eval', 'BigInt', 'BigInt64Array',
    'BigUint64Array', 'WeakRef', 'FinalizationRegistry'];
  for (const name of absent)
    defineProperty(globalThis, name, { get() { return refuse(name); }, set() { refuse(name); }, configurable: false });
  defineProperty(Math, 'random', { value: () => refuse('Math.random') });
  for (const name of ['getBigInt64', 'getBigUint64', 'setBigInt64', 'setBigUint64'])
    delete DataView.prototype[name];
  // Code from strings: new Function, and the constructors that functions inherit.
  const noCode = function Function() { refuse('Function'); };
  noCode.prototype = Function.prototype;
  defineProperty(globalThis, 'Function', { value: noCode });
  for (const one of [function () {}, async function () {}, function* () {}, async function* () {}])
    defineProperty(getPrototypeOf(one), 'constructor', { value: noCode });
  const silent = () => undefined;
  globalThis.console = { log: silent, info: silent, warn: silent, error: silent, debug: silent };

  // Native loops over a length are not counted as steps: new Array(4e9).indexOf(1) would never end.
  const check = (list) => {
    if (list !== null && list !== undefined && list.length > ${LONGEST_ARRAY})
      throw new PlainRangeError('an array has more than ${LONGEST_ARRAY} entries');
  };
  for (const name of ownKeys(Array.prototype)) {
    const native = getOwnPropertyDescriptor(Array.prototype, name).value;
    if (typeof native !== 'function' || name === 'constructor') continue;
    const guarded = name === 'concat'
      ? function (...others) {
          check(this);
          for (let i = 0; i < others.length; i++) if (isArray(others[i])) check(others[i]);
          return apply(native, this, others);
        }
      : function (...values) { check(this); return apply(native, this, values); };
    defineProperty(Array.prototype, name, { value: guarded });
  }

  const kindOf = (value) => {
    if (value === null) return 'null';
    if (typeof value === 'string')
      return 'the text ' + stringify(value.length > 40 ? value.slice(0, 40) + '...' : value);
    if (typeof value === 'number' || typeof value === 'boolean') return text(value);
    if (typeof value !== 'object') return typeof value === 'undefined' ? 'undefined' : 'a ' + typeof value;
    if (typeof value.then === 'function') return 'a Promise';
    return isArray(value) ? 'a list' : 'an object';
  };
  const thrown = (error) => {
    try {
      if (error === null || typeof error !== 'object') return { thrown: 'threw ' + kindOf(error), stack: '' };
      const name = typeof error.name === 'string' ? error.name : 'Error';
      const message = typeof error.message === 'string' ? error.message : '';
      return { thrown: message === '' ? name : name + ': ' + message, stack: text(error.stack) };
    } catch {
      return { thrown: 'threw an object that cannot be read', stack: '' };
    }
  };
  const outcome = (value) => {
    if (typeof value === 'number') return { reward: text(value) };
    if (value === null || typeof value !== 'object' || isArray(value) || typeof value.then === 'function')
      return { wrong: kindOf(value) };
    const { reward, correct } = value;
    if (reward === undefined) return { wrong: 'an object without reward' };
    if (typeof reward !== 'number') return { wrong: 'an object whose reward is ' + kindOf(reward) };
    if (correct !== undefined && typeof correct !== 'boolean')
      return { wrong: 'an object whose correct is ' + kindOf(correct) };
    return correct === undefined ? { reward: text(reward) } : { reward: text(reward), correct };
  };
  return (reward, response, row, facts) => {
    try {
      if (typeof reward !== 'function') throw new PlainTypeError('reward is not a function');
      return stringify(outcome(reward(response, parse(row), parse(facts))));
    } catch (error) {
      return stringify(thrown(error));
    }
  };
})()`;
