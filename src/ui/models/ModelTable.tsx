import { Button } from '@mantine/core';
import { useDownloading, useModels } from '../../store/models-store.ts';
import { usePage } from '../../store/page-store.ts';
import { usePlayground } from '../../store/playground-store.ts';
import { useRecipe } from '../../store/recipe-store.ts';
import { useRun } from '../../store/run-store.ts';
import { STATE_MODEL } from '../../views/states.ts';
import { MAX_KEPT_POLICIES, MAX_KEPT_POLICY_BYTES } from '../../views/run-view.ts';
import type { CachedModelView, CheckpointView } from '../../views/models.ts';
import { ExportKept } from './ExportKept.tsx';
import { bytes, compact } from '../format.ts';

/** Models by source: included, from a folder, stored in the browser. */
export function ModelTable() {
  const models = useRun((run) => run.models);
  const cached = useModels((one) => one.cached);
  const kept = cached.reduce((sum, model) => sum + model.bytes, 0);
  const of = (prefix: string) => models.filter(({ id }) => id.startsWith(prefix));
  return (
    <>
      <Section title="Included" models={of('embedded:')} />
      <Section
        title="From a folder"
        models={of('local:').filter(({ trained }) => !trained)}
        empty="None. Drop a checkpoint folder on the page."
      />
      <Section
        title="Trained in this browser"
        models={[...of(STATE_MODEL), ...of('local:').filter(({ trained }) => trained)]}
        empty={`None. ${KEPT_HELP}`}
        help={KEPT_HELP}
      />
      <section className="card models" aria-label="In this browser">
        <h3 className="card-title">
          In this browser <small>{cached.length > 0 && `${bytes(kept)} stored`}</small>
        </h3>
        {cached.length === 0 ? (
          <p className="hint">None. Models downloaded from Hugging Face stay here until you delete them.</p>
        ) : (
          <Table
            rows={cached.map((model) =>
              model.checkpoint ? (
                <ModelRow key={model.id} model={model.checkpoint} cached={model} />
              ) : (
                <UnfinishedRow key={model.id} model={model} />
              ),
            )}
          />
        )}
      </section>
    </>
  );
}

const KEPT_HELP =
  `Policies of runs with kept states; delete them on the Runs page. Where states are not kept, the policy of a run ` +
  `that a new one replaces stays here until the page is closed: the last ${MAX_KEPT_POLICIES}, of up to ` +
  `${bytes(MAX_KEPT_POLICY_BYTES)} each.`;

interface SectionProps {
  title: string;
  models: CheckpointView[];
  empty?: string;
  help?: string;
}

function Section({ title, models, empty, help }: SectionProps) {
  return (
    <section className="card models" aria-label={title}>
      <h3 className="card-title">{title}</h3>
      {models.length === 0 ? (
        <p className="hint">{empty ?? 'Loading…'}</p>
      ) : (
        <>
          {help && <p className="hint">{help}</p>}
          <Table
            rows={models.map((model) => (
              <ModelRow key={model.id} model={model} />
            ))}
          />
        </>
      )}
    </section>
  );
}

function Table({ rows }: { rows: React.ReactNode }) {
  return (
    // Roles are written out because the rows are blocks on narrow screens, where browsers drop those of a table.
    <table className="table model-table" role="table">
      <thead role="rowgroup">
        <tr role="row">
          <th scope="col" role="columnheader">
            Model
          </th>
          <th scope="col" role="columnheader">
            Architecture
          </th>
          <th scope="col" role="columnheader">
            Parameters
          </th>
          <th scope="col" role="columnheader">
            Size
          </th>
          <th scope="col" role="columnheader">
            Tokenizer
          </th>
          <th scope="col" role="columnheader">
            <span className="visually-hidden">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody role="rowgroup">{rows}</tbody>
    </table>
  );
}

function ModelRow({ model, cached }: { model: CheckpointView; cached?: CachedModelView }) {
  const chosen = useRecipe(({ config }) => 'checkpoint' in config.model && config.model.checkpoint === model.id);
  const train = () => {
    useRecipe.getState().startFrom(model);
    usePage.getState().go('train');
  };
  return (
    <tr role="row" data-testid="model-row" data-model={model.id}>
      <th scope="row" role="rowheader">
        {model.name} {chosen && <span className="aside">used in recipe</span>}
        {cached && (
          <span className="aside revision">
            {cached.revision === cached.commit
              ? cached.commit.slice(0, 8)
              : `${cached.revision} at ${cached.commit.slice(0, 8)}`}
          </span>
        )}
        {model.description && <span className="aside">{model.description}</span>}
      </th>
      <td role="cell" data-label="Architecture">
        {model.architecture}, {model.layers} × {model.hiddenSize}
      </td>
      <td role="cell" data-label="Parameters" title={model.parameters.toLocaleString('en')}>
        {compact(model.parameters)}
      </td>
      <td role="cell" data-label="Size">
        {bytes(model.bytes)} {model.precision}
      </td>
      <td role="cell" data-label="Tokenizer">
        {model.tokenizer ? `${model.tokenizer}, ${compact(model.vocabularySize)}` : 'none'}
      </td>
      <td role="cell" className="model-actions">
        <Button size="compact-xs" variant="light" onClick={train} aria-label={`Train ${model.name}`}>
          Train
        </Button>
        <Button
          size="compact-xs"
          variant="default"
          disabled={!model.hasTokenizer}
          onClick={() => void tryOut(model.id)}
          aria-label={`Try ${model.name}`}
        >
          Try
        </Button>
        {model.trained && <ExportKept model={model} />}
        {cached && <DeleteButton id={cached.id} name={model.name} />}
        {model.id.startsWith('local:') && (
          <Button
            size="compact-xs"
            variant="default"
            aria-label={`Close ${model.name}`}
            onClick={() => void useModels.getState().close(model.id)}
          >
            Close
          </Button>
        )}
      </td>
    </tr>
  );
}

/** Opens a model in the playground. */
async function tryOut(id: string): Promise<void> {
  usePage.getState().go('playground');
  await usePlayground.getState().choose(0, id);
}

/** An incomplete download, or a model that cannot be read. */
function UnfinishedRow({ model }: { model: CachedModelView }) {
  const downloading = useDownloading();
  return (
    <tr role="row" data-testid="model-row" data-model={model.id}>
      <th scope="row" role="rowheader">
        {model.name} <span className="aside revision">{model.commit.slice(0, 8)}</span>
        {model.problem && <span className="aside bad">{model.problem}</span>}
      </th>
      <td role="cell" colSpan={2}>
        {model.problem ? 'cannot be read' : 'incomplete download'}
      </td>
      <td role="cell" data-label="Size">
        {bytes(model.bytes)} of {bytes(model.total)}
      </td>
      <td role="cell" />
      <td role="cell" className="model-actions">
        {!model.problem && (
          <Button
            size="compact-xs"
            disabled={downloading}
            aria-label={`Resume ${model.name}`}
            onClick={() => void useModels.getState().load(model)}
          >
            Resume
          </Button>
        )}
        <DeleteButton id={model.id} name={model.name} />
      </td>
    </tr>
  );
}

function DeleteButton({ id, name }: { id: string; name: string }) {
  const downloading = useDownloading();
  return (
    <Button
      size="compact-xs"
      variant="default"
      disabled={downloading}
      aria-label={`Delete ${name}`}
      onClick={() => void useModels.getState().remove(id)}
    >
      Delete
    </Button>
  );
}
