import './reward-bench.css';
import { useEffect } from 'react';
import { useBenchDialog } from '../../store/bench-dialog.ts';
import { useRecipe } from '../../store/recipe-store.ts';
import { useRewardBench } from '../../store/reward-bench-store.ts';
import { Dialog } from '../Dialog.tsx';
import { RewardList } from '../recipe/rewards/RewardList.tsx';
import { BenchInput } from './BenchInput.tsx';
import { BenchTable } from './BenchTable.tsx';

/** Milliseconds without a keystroke before responses are graded. */
const PAUSE = 250;

/** The recipe's rewards beside responses of one's own: each part of the reward, live. */
export function RewardBench() {
  const { opened, rows, close } = useBenchDialog();
  useEffect(() => useRewardBench.getState().takeRows(rows), [rows]);
  useGrading(opened);
  return (
    <Dialog opened={opened} onClose={close} title="Try your rewards" size="min(1240px, 96vw)">
      <div className="bench">
        <section aria-label="Rewards of the recipe">
          <h2 className="section-title">Rewards of the recipe</h2>
          <RewardList scope="bench" />
        </section>
        <section aria-label="Responses" className="bench-work">
          <BenchInput />
          <BenchTable />
        </section>
      </div>
    </Dialog>
  );
}

/** Grades again after each change of the responses or the rewards. */
function useGrading(opened: boolean): void {
  const { responses, separation, answer, row, finished, ofRun } = useRewardBench();
  const task = useRecipe((recipe) => recipe.config.task);
  const model = useRecipe((recipe) => recipe.config.model);
  const problems = useRecipe((recipe) => recipe.problems);
  useEffect(() => {
    if (!opened) return undefined;
    const timer = setTimeout(() => void useRewardBench.getState().grade(), PAUSE);
    return () => clearTimeout(timer);
  }, [opened, responses, separation, answer, row, finished, ofRun, task, model, problems]);
}
