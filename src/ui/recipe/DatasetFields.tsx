import { Button } from '@mantine/core';
import type { DataColumns, HeldOut } from '../../data/config.ts';
import type { TaskConfig } from '../../run/config/task.ts';
import { useData } from '../../store/data-store.ts';
import { usePage } from '../../store/page-store.ts';
import { useRecipeCheck } from '../../store/recipe-check.ts';
import { useRecipe } from '../../store/recipe-store.ts';
import { capital } from '../../views/capital.ts';

type DatasetTask = Extract<TaskConfig, { name: 'dataset' }>;

/** The recipe's data: which file, what its columns mean, what is held out. It is changed on the Data page. */
export function DatasetFields({ task }: { task: DatasetTask }) {
  const { data, columns, held_out: heldOut } = task;
  const problem = useRecipe(
    ({ problems }) => Object.entries(problems).find(([path]) => /^task\.(data|columns|held_out)(\.|$)/.test(path))?.[1],
  );
  const notes = useRecipeCheck((check) => check.plan?.notes ?? NONE);
  const change = () => {
    usePage.getState().go('data');
    void useData.getState().chooseTask();
  };
  return (
    <div className="dataset-fields" data-testid="dataset-fields">
      <p className="dataset-file">
        <b>{data ? data.path.replace(/^embedded:/, '') : 'no file'}</b>
        {data?.repository !== undefined && <span className="aside"> of {data.repository}</span>}
      </p>
      <p className="hint">
        {columnsText(columns)}. Held out: {heldOutText(heldOut)}.
        {data?.skip_bad_rows === true && ' Bad rows are left out.'}
        {data?.rows !== undefined && ` First ${data.rows.toLocaleString('en')} rows.`}
      </p>
      <Button variant="default" size="compact-xs" mt={4} onClick={change}>
        Change in Data
      </Button>
      {problem !== undefined && (
        <p className="field-problem" role="alert" data-testid="dataset-problem">
          {problem}
        </p>
      )}
      {notes.map((note) => (
        <p key={note} className="hint" data-testid="dataset-note">
          {note}
        </p>
      ))}
    </div>
  );
}

const NONE: readonly string[] = [];

/** `Prompt from question, answer from answer`. */
const columnsText = (columns: DataColumns): string =>
  capital(
    Object.entries(columns)
      .map(([role, column]) => `${role} from ${column}`)
      .join(', '),
  );

function heldOutText(heldOut: HeldOut = { share: 0.1 }): string {
  if ('share' in heldOut) return `${Number((100 * heldOut.share).toFixed(1))} % of the problems`;
  return 'path' in heldOut ? heldOut.path : `rows with ${heldOut.column} = ${String(heldOut.value)}`;
}
