import './evaluate.css';
import { useEffect } from 'react';
import { useEvaluate } from '../../store/evaluate-store.ts';
import { useRecipe } from '../../store/recipe-store.ts';
import { useRun } from '../../store/run-store.ts';
import { POLICY } from '../../views/playground.ts';
import { MainColumn } from '../MainColumn.tsx';
import { useStoredModels } from '../use-stored-models.ts';
import { WorkColumns } from '../WorkColumns.tsx';
import { EvaluationForm } from './EvaluationForm.tsx';
import { EvaluationList } from './EvaluationList.tsx';
import { ProblemTable } from './ProblemTable.tsx';
import { ReportCard } from './ReportCard.tsx';
import { ShareTables } from './ShareTables.tsx';

/** Evaluates any model on any task: statistics with intervals, and every response. */
export function EvaluatePage() {
  const { evaluations, shown, error } = useEvaluate();
  const evaluation = evaluations.find(({ number }) => number === shown);
  useStoredModels();
  useDefaultModel();
  return (
    <WorkColumns
      className="page two-columns"
      name="Evaluation settings"
      jump="Evaluation settings"
      side={<EvaluationForm />}
    >
      <MainColumn className="evaluate" label="Evaluate">
        {error && (
          <p className="note warning" role="alert" data-testid="evaluate-error">
            {error.message} {error.advice}
          </p>
        )}
        {evaluation ? (
          <>
            <EvaluationList />
            {evaluation.notes.map((note) => (
              <p key={note} className="note warning" role="note">
                {note}
              </p>
            ))}
            <ReportCard evaluation={evaluation} />
            <ShareTables report={evaluation.report} />
            <ProblemTable evaluation={evaluation} />
          </>
        ) : (
          <div className="card card-empty evaluate-empty">
            <div>
              Choose a model and a task, then press Evaluate: greedy accuracy, avg@k, pass@k and maj@k on problems that
              training never sees, with intervals, and every response.
            </div>
          </div>
        )}
      </MainColumn>
    </WorkColumns>
  );
}

/** The policy of a paused or ended run; else the recipe's checkpoint, or the first model. */
function useDefaultModel(): void {
  const models = useRun((run) => run.models);
  useEffect(() => {
    const { model, choose } = useEvaluate.getState();
    if (model !== '' || models.length === 0) return;
    const { frame, held, state } = useRun.getState();
    if (frame && held && state !== 'running' && state !== 'pausing') return choose(POLICY);
    const source = useRecipe.getState().config.model;
    const wanted = 'checkpoint' in source ? source.checkpoint : undefined;
    const found = models.find(({ id, hasTokenizer }) => id === wanted && hasTokenizer);
    choose((found ?? models.find(({ hasTokenizer }) => hasTokenizer))?.id ?? '');
  }, [models]);
}
