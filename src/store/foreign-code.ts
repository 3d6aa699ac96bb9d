/**
 * Consent for programs of others. Recipes, sweeps, runs and checkpoints may bring a strategy in WGSL or a reward in
 * JavaScript: its source is shown, and it is neither compiled nor run before it is accepted. Those that this browser
 * has already, in its recipe or as a saved strategy, are not asked for again.
 */
import { create } from 'zustand';
import { codeIn, type ConfigCode } from '../run/config-code.ts';
import { useStrategies } from './strategies-store.ts';

export interface AskedCode {
  /** Its source, as the start of a sentence: `The link`, `recipe.json`. */
  bringer: string;
  code: readonly ConfigCode[];
}

interface ForeignCodeState {
  asked: AskedCode | undefined;
  answer: (accepted: boolean) => void;
}

/** Sources that were accepted in this tab. */
const accepted = new Set<string>();
let waiting: { sources: readonly string[]; resolve: (yes: boolean) => void } | undefined;

export const useForeignCode = create<ForeignCodeState>()((set) => ({
  asked: undefined,
  answer: (yes) => {
    const asked = waiting;
    waiting = undefined;
    set({ asked: undefined });
    if (yes) for (const source of asked?.sources ?? []) accepted.add(source);
    asked?.resolve(yes);
  },
}));

/**
 * Asks for what this browser does not have yet; a question that is open is answered with no.
 *
 * @param bringer as in AskedCode
 * @param value a config, a sweep, a task, or any part of them
 * @param own the recipe and its alternatives, whose programs are known
 * @returns true at once if there is nothing to ask; else a promise of the answer
 */
export function consentTo(bringer: string, value: unknown, own: unknown): true | Promise<boolean> {
  const known = new Set([
    ...codeIn([own, useStrategies.getState().strategies]).map(({ source }) => source),
    ...accepted,
  ]);
  const code = codeIn(value).filter(({ source }) => !known.has(source));
  if (code.length === 0) return true;
  useForeignCode.getState().answer(false);
  return new Promise((resolve) => {
    waiting = { sources: code.map(({ source }) => source), resolve };
    useForeignCode.setState({ asked: { bringer, code } });
  });
}

/** Does something at once, or after consent; nothing if it is declined. */
export function withConsent(bringer: string, value: unknown, own: unknown, act: () => void): void {
  const answer = consentTo(bringer, value, own);
  if (answer === true) act();
  else void answer.then((yes) => yes && act());
}
