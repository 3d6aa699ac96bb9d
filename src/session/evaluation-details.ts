/** An evaluation problem by problem: what `evaluate --details` writes and the page shows. */
import type { ProblemScores } from '../evaluation/report.ts';
import type { ProblemDetail, ResponseDetail, ScoreDetail } from '../views/evaluation.ts';
import type { GradedText, ProblemResponses } from './model-evaluation.ts';

/** A problem with its responses, without its scores. */
export function responseDetails({
  problem,
  greedy,
  sampled,
}: ProblemResponses): Omit<ProblemDetail, 'problem' | 'scores'> {
  return {
    row: problem.row,
    prompt: problem.prompt,
    answer: problem.answer,
    ...(problem.difficulty !== undefined && { difficulty: problem.difficulty }),
    greedy: detailOf(greedy),
    responses: sampled.map(detailOf),
  };
}

const detailOf = ({ response, tokens, finished, grade, answer }: GradedText): ResponseDetail => ({
  response,
  tokens,
  finished,
  ...grade,
  ...(answer !== undefined && { answer }),
});

export function scoreDetail({ greedy, average, pass, majority, consensus }: ProblemScores): ScoreDetail {
  return {
    greedy: greedy ?? null,
    'avg@k': average,
    'pass@k': Object.fromEntries(pass),
    majority: Object.fromEntries(majority),
    'cons@k': consensus,
  };
}
