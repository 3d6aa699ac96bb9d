/**
 * The report of a run in its folder: report.json and report.md, written anew after every stage, and report/ with the
 * graded responses of each stage, by which a resumed run gives the same report.
 */
import { join } from 'node:path';
import { inputError } from '../errors.ts';
import { parseJsonText } from '../json-text.ts';
import { reportMarkdown } from '../report/markdown.ts';
import { stageLine } from '../report/report-text.ts';
import { reportText } from '../report/run-report.ts';
import { StageAnswers, type StageName } from '../report/stage-answers.ts';
import { parseAs } from '../run/schema-issues.ts';
import type { RunSession } from '../session/session.ts';
import type { TrainingSnapshot } from '../session/training-snapshot.ts';
import { readText, writeWhole } from './files.ts';

export class ReportFiles {
  private constructor(
    private readonly output: string,
    private readonly session: Pick<RunSession, 'report'>,
    private readonly stages: StageAnswers[],
  ) {}

  /**
   * @param state from which the run resumes: the stages before it are read
   * @returns undefined for a run without a report
   * @throws StudioError `input` naming a file of a stage that is missing or invalid
   */
  static async open(
    output: string,
    session: Pick<RunSession, 'config' | 'report'>,
    state: TrainingSnapshot | undefined,
  ): Promise<ReportFiles | undefined> {
    const { report, sft } = session.config;
    if (!report) return undefined;
    const done: StageName[] = [];
    if (state && state.records > 0) done.push('start');
    if (state?.phase === 'rl' && sft) done.push('sft');
    const stages: StageAnswers[] = [];
    // One after the other, so that the first missing file is the one that is named.
    for (const stage of done) stages.push(await readAnswers(output, stage));
    return new ReportFiles(output, session, stages);
  }

  /** @returns lines for the terminal */
  async add(answers: StageAnswers): Promise<string[]> {
    this.stages.push(answers);
    const report = this.session.report(this.stages);
    if (!report) return [];
    await writeWhole(answersFile(this.output, answers.stage), `${JSON.stringify(answers)}\n`);
    await writeWhole(join(this.output, 'report.json'), reportText(report));
    await writeWhole(join(this.output, 'report.md'), reportMarkdown(report));
    return report.stages.filter(({ stage }) => stage === answers.stage).map(stageLine);
  }
}

const answersFile = (output: string, stage: StageName): string => join(output, 'report', `${stage}.json`);

async function readAnswers(output: string, stage: StageName): Promise<StageAnswers> {
  const path = answersFile(output, stage);
  const answers = parseAs(StageAnswers, parseJsonText(await readText(path), path), path);
  if (answers.stage !== stage) throw inputError(path, `stage: expected ${stage}, found ${answers.stage}`);
  return answers;
}
