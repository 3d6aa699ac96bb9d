/** Reward `regex`: a pattern matches the response, in time linear in its length (RE2). */
import { RE2JS } from 're2js';
import { inputError } from '../../errors.ts';
import type { Reward } from '../grader.ts';
import { verdict } from '../verdict.ts';
import type { RegexReward } from './config.ts';

/** @throws StudioError `input` for a pattern that cannot be compiled */
export function regex({ pattern, ignore_case, require_finished }: RegexReward): Reward {
  const compiled = compile(pattern, ignore_case);
  return {
    score: (responses) =>
      responses.map(({ response, finished }) =>
        verdict((finished || !require_finished) && compiled.matcher(response).find()),
      ),
  };
}

function compile(pattern: string, ignoreCase: boolean): RE2JS {
  try {
    return RE2JS.compile(RE2JS.translateRegExp(pattern), ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw inputError('rewards', `reward regex: pattern: expected a pattern of RE2, found ${reason}`);
  }
}
