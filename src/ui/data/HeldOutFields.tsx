import { NativeSelect, TextInput } from '@mantine/core';
import type { HeldOut } from '../../data/config.ts';
import type { DataDraft } from '../../store/data-recipe.ts';
import { useData } from '../../store/data-store.ts';
import type { DataSetView, DataSummaryView } from '../../views/data.ts';
import { count } from '../format.ts';
import { NumberLine } from '../inputs/NumberLine.tsx';

interface HeldOutProps {
  set: DataSetView;
  summary: DataSummaryView;
  draft: DataDraft;
}

const number = (value: number) => value.toLocaleString('en');
const kindOf = (heldOut: HeldOut) => ('share' in heldOut ? 'share' : 'path' in heldOut ? 'path' : 'column');

/** Which rows are used, and which problems training never sees: a share, rows with a value, or another file. */
export function HeldOutFields({ set, summary, draft }: HeldOutProps) {
  const { heldOut } = draft;
  const all = useData((data) => data.sets);
  const others = all.filter(
    ({ id, reference, loaded }) =>
      id !== set.id && loaded === undefined && reference.repository === set.reference.repository,
  );
  const { edit } = useData.getState();
  const choose = (kind: string) => {
    if (kind === 'share') edit({ heldOut: { share: 0.1 } });
    const [column = ''] = Object.keys(summary.columns);
    if (kind === 'column') edit({ heldOut: { column, value: summary.preview[0]?.cells[column]?.text ?? '' } });
    const [other] = others;
    if (kind === 'path' && other) edit({ heldOut: fileOf(other) });
  };
  return (
    <section className="card" aria-label="Held-out problems">
      <h3 className="card-title">Held-out problems</h3>
      <NativeSelect
        size="xs"
        label="Held out"
        data-testid="data-held-out"
        value={kindOf(heldOut)}
        data={[
          { value: 'share', label: 'a share of the problems' },
          { value: 'column', label: 'rows with a value' },
          { value: 'path', label: 'another file', disabled: others.length === 0 && !('path' in heldOut) },
        ]}
        onChange={(event) => choose(event.currentTarget.value)}
      />
      {'share' in heldOut && (
        <NumberLine
          id="held-out-share"
          label="Share"
          help="Share of the problems that training never sees; a hash of its prompt or key decides for each."
          scope="data"
          value={heldOut.share}
          format={{ share: true, minimum: 0, exclusive: true, maximum: 0.9 }}
          step={0.05}
          width={84}
          onChange={(share) => edit({ heldOut: { share: share ?? 0.1 } })}
        />
      )}
      {'column' in heldOut && (
        <>
          <NativeSelect
            size="xs"
            mt={6}
            label="Split column"
            value={heldOut.column}
            data={summary.paths}
            onChange={(event) => edit({ heldOut: { ...heldOut, column: event.currentTarget.value } })}
          />
          <TextInput
            size="xs"
            mt={6}
            label="Held-out value"
            value={String(heldOut.value)}
            onChange={(event) => edit({ heldOut: { ...heldOut, value: event.currentTarget.value } })}
          />
        </>
      )}
      {'path' in heldOut && (
        <NativeSelect
          size="xs"
          mt={6}
          label="Held-out file"
          value={others.find(({ reference }) => reference.path === heldOut.path)?.id ?? ''}
          data={others.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={(event) => {
            const other = others.find(({ id }) => id === event.currentTarget.value);
            if (other) edit({ heldOut: fileOf(other) });
          }}
        />
      )}
      <NumberLine
        id="data-rows"
        label="Use first rows"
        help="Number of rows that are used, from the beginning of the file; set it to try a run on a few rows."
        scope="data"
        value={draft.rows}
        format={{ whole: true, minimum: 1, empty: 'all' }}
        step={1000}
        placeholder="all"
        width={84}
        onChange={(rows) => (rows === undefined ? edit({}, 'rows') : edit({ rows }))}
      />
      {summary.split && (
        <p className="hint" data-testid="data-split">
          {`${count(summary.split.training, 'row')} to train on, ${number(summary.split.heldOut)} held out`}
          {summary.split.overlap > 0 && `, ${number(summary.split.overlap)} left out because they overlap`}.
        </p>
      )}
    </section>
  );
}

const fileOf = ({ reference: { path, sha256 } }: DataSetView): HeldOut => ({
  path,
  ...(sha256 !== undefined && { sha256 }),
});
