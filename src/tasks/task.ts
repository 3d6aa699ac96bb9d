/**
 * A task: where its problems come from, how their solutions are written, and what grades a response. It knows texts
 * only; what these are in the tokens of a model is model-task.ts.
 */
import type { Row } from '../data/row.ts';
import { StudioError } from '../errors.ts';
import { hashString, type Random } from '../random.ts';
import type { Grade, GradedResponse } from '../rewards/grader.ts';
import type { TaskConfig } from '../run/config.ts';
import type { ChatMessage } from '../text/tokenizer.ts';

export interface Problem {
  /** As it is shown, and asked where the prompt is a text: for a conversation its last message. */
  prompt: string;
  /** The conversation that the response continues, for data that has one. */
  messages?: readonly ChatMessage[];
  /** System message of its row, for a prompt that is a text and is asked as a chat. */
  system?: string;
  /** The reference answer; empty if there is none. */
  answer: string;
  /** Equal for problems that are the same in other words or another order; decides between training and held-out. */
  key: string;
  /** What rewards may look at. */
  row: Row;
  /** Name of its band. */
  difficulty?: string;
}

/** Problems without end, by drawing. */
export interface GeneratedProblems {
  kind: 'generated';
  /**
   * Names of the difficulty bands that the run draws from, from easy to hard: each can be drawn, and
   * `Problem.difficulty` is one of them. All bands of the task, unless its config's `bands` chooses some.
   */
  readonly bands: readonly string[];
  /**
   * A problem that is not held out.
   *
   * @param band one of `bands`; by default in the shares of the config's `bands`, or else as bands occur
   */
  draw(random: Random, band?: string): Problem;
  /** Distinct held-out problems, the same for the same seed: `count`, or all if there are fewer. */
  heldOut(count: number, seed: number): Problem[];
  /** Texts at least as long as those of any problem and solution, from which lengths in tokens are measured. */
  longest: readonly { prompt: string; solution: string }[];
}

/** The problems of a data set. */
export interface ListedProblems {
  kind: 'listed';
  training: readonly Problem[];
  heldOut: readonly Problem[];
}

/** How a trace is to be written. */
export interface TraceRequest {
  /** Name of one of the task's styles. */
  style: string;
  /** Share of its steps that are written twice. */
  verbosity: number;
  /** With a plausible mistake in the reasoning, which its answer follows. */
  mistaken: boolean;
}

export interface Trace {
  text: string;
  /** Kind of its mistake. */
  mistake?: string;
}

/** What is wrong with an incorrect response. */
export interface Mistake {
  /** One of the kinds. */
  kind: string;
  /** The first wrong part of the response, where it can be told: start and end in characters. */
  at?: [start: number, end: number];
}

/** The kinds of mistakes of a task. */
export interface MistakeKinds {
  /** What each kind is, in the order in which reports list them; ends with `other` if some mistakes are of no kind. */
  kinds: Readonly<Record<string, string>>;
  /** @param response incorrect, and ended by itself */
  classify(problem: Problem, response: string): Mistake;
}

export interface Task {
  /** As in a RunConfig, with its data named by content. */
  readonly config: TaskConfig;
  readonly problems: GeneratedProblems | ListedProblems;
  /** Whether prompts go through the model's chat template if it has one and the config does not say. */
  readonly chats?: boolean;
  /** Template of a prompt that is a text, where the config gives none; by default the prompt alone. */
  readonly template?: string;
  /** All characters of prompts and solutions, for the vocabulary of a new model; undefined if they are too many. */
  readonly characters: readonly string[] | undefined;
  /**
   * A perfect response, without the end token: a text, or the conversation's next messages. Undefined for a problem
   * without a worked solution, which RL can train on and SFT cannot.
   */
  solution(problem: Problem): string | readonly ChatMessage[] | undefined;
  /** A plausible incorrect solution, never correct; undefined for tasks that have none. */
  wrongSolution?(problem: Problem, random: Random): string;
  /**
   * A trace of a teacher: a solution in one of the styles that the task declares, for tasks that declare some. A
   * mistaken one may end correct by chance: teachers.ts asks again.
   */
  trace?(problem: Problem, request: TraceRequest, random: Random): Trace;
  /** The verifier of a task without `rewards` in its config. */
  verify?(response: GradedResponse): Grade;
  /** Kinds of mistakes that a report counts, beside those of every task (mistakes.ts). */
  readonly mistakes?: MistakeKinds;
}

/** The grade of a verifier that only judges. */
export const verdict = (correct: boolean): Grade => ({ reward: correct ? 1 : 0, correct, rewards: {} });

/** One problem in HELD_OUT_SHARE is held out, by its key alone: training never uses it, for any seed. */
const HELD_OUT_SHARE = 8;
/** Salt of the hash, chosen so that even one-digit addition holds out its share. */
const SALT = 3;

export function isHeldOut(key: string): boolean {
  return hashString(key, SALT) % HELD_OUT_SHARE === 0;
}

/** A task holds out fewer problems than a config wants. */
export class TooFewHeldOut extends StudioError {
  /**
   * @param most as many as there are
   * @param tooLong held-out problems that are not counted, because they are longer in tokens than the task's lengths
   */
  constructor(
    readonly most: number,
    asked: number,
    tooLong = 0,
  ) {
    const field = 'evaluation.problems';
    const without = tooLong === 0 ? '' : ` without ${tooLong} that are longer in tokens than those measured`;
    const message = `${field}: expected at most ${most}, as many as this task holds out${without}, found ${asked}`;
    super('input', message, '', field);
  }
}
