/** Evaluations of a model on a task: plain data for the page. Formats are those of the command `evaluate`. */
import { z } from 'zod';
import type { Row } from '../data/row.ts';
import type { EvaluationReport } from '../evaluation/report.ts';
import type { Grade } from '../rewards/grader.ts';
import { TaskConfig } from '../run/config/task.ts';
import { parseAs } from '../run/schema-issues.ts';
import type { DataProgress } from './data.ts';

export type { EvaluationReport, ProblemStatistics, LengthStatistics } from '../evaluation/report.ts';

/** Most responses of one evaluation, greedy ones included: all of them are kept in memory. */
export const MOST_RESPONSES = 50_000;

/** Number of responses: one greedy response and the samples of each problem. */
export const responsesOf = ({ problems, samples }: { problems: number; samples: number }): number =>
  problems * (samples + 1);

export const EvaluationRequest = z
  .strictObject({
    /** Id of a model of the library, or POLICY of views/playground.ts. */
    model: z.string().min(1),
    task: TaskConfig,
    samples: z.int().min(1).max(10_000),
    /** Held-out problems. */
    problems: z.int().min(1).max(MOST_RESPONSES),
    temperature: z.number().gt(0).max(10),
    /** Missing: those of the longest solution. */
    maxTokens: z.int().min(1).max(100_000).optional(),
    seed: z.int().min(0).max(0xffffffff),
  })
  .refine((request) => responsesOf(request) <= MOST_RESPONSES, {
    path: ['problems'],
    error: `expected at most ${MOST_RESPONSES} responses together, which are kept in memory`,
  });
export type EvaluationRequest = z.infer<typeof EvaluationRequest>;

/** @throws StudioError `input` naming the first incorrect field */
export const parseEvaluation = (given: unknown): EvaluationRequest => parseAs(EvaluationRequest, given, 'evaluation');

/** A response with its grade. */
export interface ResponseDetail extends Grade {
  response: string;
  /** The end token included. */
  tokens: number;
  finished: boolean;
  /** Final answer, with which it votes; missing: it abstains. */
  answer?: string;
}

/** Statistics of one problem; keys of `pass@k` and `majority` are values of k. */
export interface ScoreDetail {
  greedy: number | null;
  'avg@k': number;
  'pass@k': Record<string, number>;
  majority: Record<string, number>;
  'cons@k': number;
}

/** A problem with its responses: one line of `evaluate --details`. */
export interface ProblemDetail {
  /** Its place, from 0. */
  problem: number;
  scores: ScoreDetail;
  row: Row;
  prompt: string;
  answer: string;
  difficulty?: string;
  greedy: ResponseDetail;
  responses: ResponseDetail[];
}

export interface EvaluationResult {
  report: EvaluationReport;
  problems: ProblemDetail[];
  /** What was left out of the data, one sentence each. */
  notes: string[];
  /** Response tokens per second, time for compiling kernels included. */
  tokensPerSecond: number;
}

export type EvaluationProgress =
  | { stage: 'loading' }
  /** A file of data. */
  | { stage: 'reading'; reading: DataProgress }
  /** Responses so far. */
  | { stage: 'responding'; done: number; total: number };
