import './data.css';
import { useEffect } from 'react';
import { useData } from '../../store/data-store.ts';
import { useRun } from '../../store/run-store.ts';
import { MainColumn } from '../MainColumn.tsx';
import { AddData } from './AddData.tsx';
import { DataList } from './DataList.tsx';
import { DataSetPanel } from './DataSetPanel.tsx';
import { DataWork } from './DataWork.tsx';
import { HubDataForm } from './HubDataForm.tsx';

/** Data sets: adding them, and how a model reads the chosen one. */
export function DataPage() {
  const ready = useRun((run) => run.adapter !== undefined);
  const chosen = useData(({ sets, chosen: id }) => sets.find((one) => one.id === id));
  const refused = useData((data) => data.refused);
  useEffect(() => {
    if (ready) void useData.getState().refresh();
  }, [ready]);
  return (
    <div className="page two-columns">
      <aside className="side left" aria-label="Data sets">
        <AddData />
        <DataList />
        <HubDataForm />
      </aside>
      <MainColumn className="data-page" label="Data">
        {refused.map(({ name, error }) => (
          <p key={name} className="note warning" role="alert" data-testid="data-refused">
            {error.message.includes(name) ? '' : `${name}: `}
            {error.message} {error.advice}
          </p>
        ))}
        <DataWork />
        {chosen ? <DataSetPanel key={chosen.id} set={chosen} /> : <Welcome />}
      </MainColumn>
    </div>
  );
}

function Welcome() {
  return (
    <section className="card data-welcome">
      <h2 className="card-title">Train on your data</h2>
      <ol>
        <li>Drop a file anywhere on the page: JSONL, JSON, CSV, TSV or Parquet, one problem per row. It stays here.</li>
        <li>
          Check which columns are the prompt and the answer, and read the first rows as the model will: in tokens.
        </li>
        <li>Press Train on this. Part of the problems is held out, and evaluation uses only those.</li>
      </ol>
    </section>
  );
}
