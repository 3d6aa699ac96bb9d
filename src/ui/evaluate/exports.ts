/** Files of an evaluation, as the command `evaluate` writes them. */
import type { Evaluation } from '../../store/evaluate-store.ts';

export const reportJson = ({ report }: Pick<Evaluation, 'report'>): string => `${JSON.stringify(report, null, 2)}\n`;

/** One line per problem, with every response. */
export const detailsJsonl = ({ problems }: Pick<Evaluation, 'problems'>): string =>
  problems.map((problem) => `${JSON.stringify(problem, plain)}\n`).join('');

/** JSON has no 64-bit integers, which rows of Parquet files have. */
const plain = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);

/** `addition-0.1M-evaluation-2`. */
export const fileStem = ({ model, number }: Pick<Evaluation, 'model' | 'number'>): string =>
  `${model.replace(/[^\w.-]+/g, '-')}-evaluation-${number}`;
