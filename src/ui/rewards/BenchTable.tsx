import { rewardKeys } from '../../rewards/keys.ts';
import { useRecipe } from '../../store/recipe-store.ts';
import { useRewardBench, type RunItem } from '../../store/reward-bench-store.ts';
import type { BenchGrade, BenchItem } from '../../views/reward-bench.ts';
import { compact } from '../format.ts';
import { CorrectMark } from './CorrectMark.tsx';

/** Every response with each part of its reward. */
export function BenchTable() {
  const { result, error, busy } = useRewardBench();
  const rewards = useRecipe((recipe) => recipe.config.task.rewards);
  const weights = new Map(rewardKeys(rewards ?? []).map((key, i) => [key, rewards?.[i]?.weight ?? 1]));
  if (error)
    return (
      <p className="note warning" role="alert" data-testid="bench-error">
        {error.message} {error.advice}
      </p>
    );
  if (!result || result.items.length === 0)
    return (
      <div className="card-empty bench-empty">
        <div>Type a response above: each part of its reward appears here while you type.</div>
      </div>
    );
  const { keys, grades } = result.grades;
  const tokens = grades.some((grade) => grade.tokens !== undefined);
  return (
    <div
      className="table-box"
      aria-busy={busy}
      data-testid="bench-table"
      tabIndex={0}
      role="region"
      aria-label="Grades"
    >
      <table className="table bench-table">
        <thead>
          <tr>
            <th scope="col">response</th>
            {keys.map((key) => (
              <th key={key} scope="col">
                {key}
                <span className="bench-times"> × {compact(weights.get(key) ?? 1)}</span>
              </th>
            ))}
            <th scope="col">reward</th>
            <th scope="col">correct</th>
            {tokens && <th scope="col">tokens</th>}
          </tr>
        </thead>
        <tbody>
          {result.items.map((item, i) => {
            const grade = grades[i];
            return grade && <BenchLine key={i} item={item} grade={grade} keys={keys} tokens={tokens} />;
          })}
        </tbody>
      </table>
    </div>
  );
}

interface BenchLineProps {
  item: BenchItem | RunItem;
  grade: BenchGrade;
  keys: readonly string[];
  tokens: boolean;
}

function BenchLine({ item, grade, keys, tokens }: BenchLineProps) {
  return (
    <tr>
      <th scope="row" className="bench-response">
        {'prompt' in item && <span className="bench-prompt">{item.prompt}</span>}
        {item.response}
        {!item.finished && <span className="aside"> (cut off)</span>}
        {grade.error !== undefined && (
          <span className="bench-problem" role="note" data-testid="bench-problem">
            {grade.error}
          </span>
        )}
        {grade.reason !== undefined && <span className="aside"> {grade.reason}</span>}
      </th>
      {keys.map((key) => (
        <td key={key}>{compact(grade.rewards[key] ?? 0)}</td>
      ))}
      <td>
        <b>{compact(grade.reward)}</b>
      </td>
      <td>
        <CorrectMark correct={grade.correct} />
      </td>
      {tokens && <td>{grade.tokens ?? '–'}</td>}
    </tr>
  );
}
