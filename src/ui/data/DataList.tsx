import { ActionIcon } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useData } from '../../store/data-store.ts';
import type { DataSetView } from '../../views/data.ts';
import { bytes, compact } from '../format.ts';

const ORIGINS: Record<DataSetView['origin'], string> = { file: 'file', hub: 'Hugging Face', included: 'included' };

/** All data sets; pressing one opens it. */
export function DataList() {
  const sets = useData((data) => data.sets);
  return (
    <section className="section" aria-label="Data sets on this page">
      <h2 className="section-title">Data sets</h2>
      <ul className="data-list">
        {sets.map((set) => (
          <Entry key={set.id} set={set} />
        ))}
      </ul>
    </section>
  );
}

function Entry({ set }: { set: DataSetView }) {
  const chosen = useData((data) => data.chosen === set.id);
  const { id, name, origin, bytes: size, loaded, rows, reference, unsaved } = set;
  const whole = loaded === undefined;
  const facts = [
    ...(rows === undefined ? [] : [`${rows < 10_000 ? rows.toLocaleString('en') : compact(rows)} rows`]),
    ...(size === undefined ? [] : [whole ? bytes(size) : `${bytes(loaded)} of ${bytes(size)}`]),
    unsaved === undefined ? ORIGINS[origin] : 'until the page is closed',
  ];
  const { choose, load, remove } = useData.getState();
  return (
    <li data-testid="data-set" data-id={id}>
      <button
        type="button"
        aria-current={chosen ? 'true' : undefined}
        onClick={() =>
          void (whole ? choose(id) : load(reference.repository ?? '', reference.revision ?? '', reference.path))
        }
      >
        <b>{name}</b>
        {reference.repository !== undefined && <small>{reference.repository}</small>}
        <small>
          {facts.join(' · ')}
          {!whole && ' · press to resume'}
        </small>
      </button>
      {origin !== 'included' && (
        <ActionIcon
          variant="subtle"
          color="gray"
          size={24}
          aria-label={`Remove ${name}`}
          onClick={() => void remove(id)}
        >
          <IconTrash size={14} aria-hidden />
        </ActionIcon>
      )}
    </li>
  );
}
