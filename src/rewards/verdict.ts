/** Scores of rewards that judge: 1 for a correct response, 0 for any other. */
import { inputError } from '../errors.ts';
import type { GradedResponse, Score } from './grader.ts';

export const verdict = (correct: boolean): Score => ({ reward: correct ? 1 : 0, correct });

/** A response that could not be scored. */
export const failed = (error: string): Score => ({ reward: 0, correct: false, error });

/** @throws StudioError `input` where the task names no column with answers, or the row has none */
export function answerOf({ answer }: GradedResponse, name: string): string {
  if (answer === undefined)
    throw inputError(
      'columns.answer',
      `expected the column of the reference answer, which reward ${name} compares with`,
    );
  return answer;
}

/** A piece of text for a message: quoted, in one line, cut where it is long. */
export function shown(text: string, most = 80): string {
  return JSON.stringify(text.length > most ? `${text.slice(0, most)}...` : text);
}
