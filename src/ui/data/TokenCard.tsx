import { NativeSelect } from '@mantine/core';
import { NEW_MODEL } from '../../store/data-recipe.ts';
import { useData } from '../../store/data-store.ts';
import { useRun } from '../../store/run-store.ts';
import type { DataSetView, TokenLengths } from '../../views/data.ts';
import { compact } from '../format.ts';
import { LengthHistogram } from './LengthHistogram.tsx';
import { TokenRowView } from './TokenRowView.tsx';

/** The data set in the tokens of a model: lengths of all rows, and the first rows token by token. */
export function TokenCard({ set, rows }: { set: DataSetView; rows: number }) {
  const models = useRun((run) => run.models);
  const model = useData((data) => data.model);
  const preview = useData((data) => data.preview);
  const lengths = useData((data) => data.lengths);
  const measuring = useData((data) => data.measuring);
  const choices = [
    ...models.filter(({ hasTokenizer }) => hasTokenizer).map(({ id, name }) => ({ value: id, label: name })),
    { value: NEW_MODEL, label: 'new weights (one token per character)' },
  ];
  const problem = preview && !preview.ok ? preview.error : lengths && !lengths.ok ? lengths.error : undefined;
  return (
    <section
      className="card"
      aria-label="Tokens"
      data-testid="data-tokens"
      data-state={measuring ? 'measuring' : 'done'}
    >
      <h3 className="card-title">
        As the model reads it
        {preview?.ok && (
          <small>
            {compact(preview.value.vocabularySize)} tokens in the vocabulary, {preview.value.positions} positions
            {preview.value.chat ? ', chat template' : ''}
          </small>
        )}
      </h3>
      <NativeSelect
        size="xs"
        maw={320}
        label="Model"
        data-testid="data-model"
        value={choices.some(({ value }) => value === model) ? model : NEW_MODEL}
        data={choices}
        onChange={(event) => useData.getState().setModel(event.currentTarget.value)}
      />
      {problem && problem.kind !== 'cancelled' && (
        <p className="note warning" role="alert" data-testid="token-problem">
          {problem.message} {problem.advice}
        </p>
      )}
      {measuring && !lengths && <p className="hint">Counting tokens…</p>}
      {lengths?.ok && <Lengths lengths={lengths.value} all={rows} />}
      {preview?.ok && (
        <>
          <ul className="legend" aria-label="Colours">
            <li>
              <i className="data-token prompt" /> prompt
            </li>
            <li>
              <i className="data-token target" /> trained response
            </li>
            <li>
              <i className="data-token masked" /> in the response, not trained
            </li>
            <li>
              <i className="data-token special" /> begin and end tokens
            </li>
          </ul>
          {preview.value.rows.map((row) => (
            <TokenRowView key={`${set.id} ${row.place}`} row={row} />
          ))}
        </>
      )}
    </section>
  );
}

function Lengths({ lengths, all }: { lengths: TokenLengths; all: number }) {
  const { rows, fit, positions, unsolved, prompt, response, complete } = lengths;
  const number = (value: number) => value.toLocaleString('en');
  return (
    <>
      <p className="data-fit" data-testid="data-fit">
        <b>
          {number(fit)} of {number(rows)} rows fit {number(positions)} positions
        </b>
        {!complete && ` (measured ${number(rows)} of ${number(all)} rows)`}.
        {` Prompt: median ${number(prompt.median)}, max ${number(prompt.max)} tokens.`}
        {response && ` Response: median ${number(response.median)}, max ${number(response.max)} tokens.`}
        {unsolved > 0 && ` ${number(unsolved)} rows have no response to train on, so SFT leaves them out.`}
      </p>
      <LengthHistogram bins={lengths.total.histogram} limit={positions} />
    </>
  );
}
