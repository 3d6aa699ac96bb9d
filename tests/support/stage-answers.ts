/** Answers of stages, as a run takes them for its report. */
import type { ReportAbout } from '../../src/report/compute-report.ts';
import type { AnsweredProblem, StageAnswer, StageAnswers, StageName } from '../../src/report/stage-answers.ts';

/** A response: `46` is correct, `56!carry` incorrect of that kind, `4...` unfinished. */
export function answer(text: string): StageAnswer {
  const [response = '', kind] = text.split('!');
  const finished = !response.endsWith('...');
  const mistake = finished ? kind : 'unfinished';
  return {
    response,
    tokens: response.length + (finished ? 1 : 0),
    finished,
    correct: mistake === undefined,
    reward: mistake === undefined ? 1 : 0,
    ...(finished && { answer: response }),
    ...(mistake !== undefined && {
      mistake: { kind: mistake, ...(kind !== undefined && { at: [0, response.length] as const }) },
    }),
  };
}

/** @param problems greedy response and samples of each */
export const stageAnswers = (
  stage: StageName,
  step: number,
  problems: readonly (readonly [greedy: string, ...samples: string[]])[],
): StageAnswers => ({
  stage,
  step,
  problems: problems.map(([greedy, ...samples], i): AnsweredProblem => ({
    prompt: `12+${34 + i}=`,
    answer: String(46 + i),
    difficulty: i % 2 === 0 ? '0 carries' : '1 carry',
    solution_tokens: i < 2 ? 3 : 4,
    greedy: answer(greedy),
    sampled: samples.map(answer),
  })),
});

export const REPORT_ABOUT: ReportAbout = {
  run: { name: 'demo', seed: 7, task: 'addition', parameters: 100 },
  asked: { samples: 2, temperature: 1, max_response_tokens: 4 },
  mistakes: {
    carry: 'a carry was forgotten',
    format: 'not a number',
    other: 'anything else',
    unfinished: 'cut off',
  },
};

/** Three stages of four problems with two samples each. */
export const THREE_STAGES: readonly StageAnswers[] = [
  stageAnswers('start', 0, [
    ['x!format', 'x!format', '4...'],
    ['56!carry', 'x!format', '4...'],
    ['...', '48', 'x!format'],
    ['49', 'x!format', '49'],
  ]),
  stageAnswers('sft', 3, [
    ['46', '46', '36!carry'],
    ['37!carry', '47', '37!carry'],
    ['48', '48', '48'],
    ['9!other', '49', '39!carry'],
  ]),
  stageAnswers('rl', 7, [
    ['46', '46', '46'],
    ['47', '47', '47'],
    ['38!carry', '48', '38!carry'],
    ['49', '49', '49'],
  ]),
];
