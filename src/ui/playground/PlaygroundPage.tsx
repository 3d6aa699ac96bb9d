import './playground.css';
import { Button, Switch } from '@mantine/core';
import { useEffect, useState, type KeyboardEvent } from 'react';
import { declarationOf } from '../../run/config/task.ts';
import { POLICY, START } from '../../views/playground.ts';
import { usePlayground } from '../../store/playground-store.ts';
import { useRun } from '../../store/run-store.ts';
import type { CheckpointView } from '../../views/models.ts';
import { ColorBy } from '../inputs/ColorBy.tsx';
import { MainColumn } from '../MainColumn.tsx';
import { useStoredModels } from '../use-stored-models.ts';
import { WorkColumns } from '../WorkColumns.tsx';
import { Composer } from './Composer.tsx';
import { DifferenceCard } from './DifferenceCard.tsx';
import { ModelPicker } from './ModelPicker.tsx';
import { ResponseColumn } from './ResponseColumn.tsx';
import { SamplingFields } from './SamplingFields.tsx';
import { shade, SHADING_ENDS, SHADING_HELP, SHADINGS, type Shading } from './token-shades.ts';
import { TokenPanel } from './TokenPanel.tsx';
import { useColumnNames } from './use-model-choices.ts';

/** Prompts one model, or two side by side, and shows the probability of every token. */
export function PlaygroundPage() {
  const comparing = usePlayground((state) => state.comparing);
  const [shading, setShading] = useState<Shading>('probability');
  const names = useColumnNames();
  useStoredModels();
  useDefaults();
  const keys = (event: KeyboardEvent) => {
    // Elsewhere Escape stops the run; here it stops generation.
    if (event.key !== 'Escape' || !usePlayground.getState().columns.some(({ busy }) => busy)) return;
    event.stopPropagation();
    usePlayground.getState().stop();
  };
  return (
    <WorkColumns
      name="Models and sampling"
      jump="Models and sampling"
      side={
        <>
          <section className="section">
            <h2 className="section-title">Models</h2>
            <ModelPicker side={0} label={comparing ? 'Left' : 'Model'} />
            <Switch
              size="xs"
              my={8}
              label="Compare two models"
              checked={comparing}
              onChange={(event) => compare(event.currentTarget.checked)}
            />
            {comparing && <ModelPicker side={1} label="Right" />}
            <RunHint />
          </section>
          <SamplingFields />
          <section className="section">
            <h2 className="section-title">Token colours</h2>
            <ColorBy value={shading} choices={SHADINGS} onChange={setShading} />
            <Scale shading={shading} />
            <p className="hint">{SHADING_HELP[shading]}</p>
          </section>
        </>
      }
    >
      <div className="work" tabIndex={-1} onKeyDown={keys}>
        <MainColumn className="playground" label="Playground">
          <Composer />
          <div className={comparing ? 'cards' : undefined}>
            <ResponseColumn side={0} name={names[0]} shading={shading} />
            {comparing && <ResponseColumn side={1} name={names[1]} shading={shading} />}
          </div>
          {comparing && <DifferenceCard names={names} />}
        </MainColumn>
        <aside className="side right token-side" aria-label="Token">
          <TokenPanel />
        </aside>
      </div>
    </WorkColumns>
  );
}

/** When a run is paused or ended, its initial model and its policy; else the first model. */
function useDefaults(): void {
  const models = useRun((run) => run.models);
  useEffect(() => {
    const { columns, choose, edit, text } = usePlayground.getState();
    if (columns[0].model !== '' || models.length === 0) return;
    const { frame, running, held, state } = useRun.getState();
    if (frame && running && held && state !== 'running' && state !== 'pausing') {
      beforeAndAfter();
      return;
    }
    const first = models.find(canAnswer);
    if (!first) return;
    if (text === '') edit({ text: exampleOf(first.task?.name) });
    void choose(0, first.id);
  }, [models]);
}

const canAnswer = ({ hasTokenizer }: CheckpointView) => hasTokenizer;
const exampleOf = (task: string | undefined) => declarationOf(task)?.example ?? 'Once upon a time';

/** The run's initial model and its trained policy. */
function beforeAndAfter(): void {
  const { running } = useRun.getState();
  if (!running) return;
  const { choose, edit, text } = usePlayground.getState();
  edit({ comparing: true, ...(text === '' && { text: exampleOf(running.task.name) }) });
  void choose(0, 'checkpoint' in running.model ? running.model.checkpoint : START);
  void choose(1, POLICY);
}

function compare(on: boolean): void {
  const { columns, choose, edit } = usePlayground.getState();
  edit({ comparing: on });
  if (!on || columns[1].model !== '') return;
  const { frame, running, held, models } = useRun.getState();
  const other = models.find((model) => model.id !== columns[0].model && canAnswer(model))?.id ?? columns[0].model;
  void choose(1, frame && running && held ? POLICY : other);
}

function RunHint() {
  const frame = useRun((run) => run.frame !== undefined && run.held);
  const active = useRun((run) => run.state === 'running' || run.state === 'pausing');
  const policy = usePlayground(({ columns, comparing }) =>
    columns.some(({ model }, side) => model === POLICY && (side === 0 || comparing)),
  );
  if (!frame) return <p className="hint">Train a model to compare its policy before and after training.</p>;
  if (active) return policy ? <p className="note warning">The run is active. Pause it to use its policy.</p> : null;
  return policy ? null : (
    <Button fullWidth size="xs" variant="light" mt={6} data-testid="before-after" onClick={beforeAndAfter}>
      Compare before and after training
    </Button>
  );
}

function Scale({ shading }: { shading: Shading }) {
  const [low, high] = SHADING_ENDS[shading];
  return (
    <div className="scale" aria-hidden>
      <span>{low}</span>
      <i style={{ background: `linear-gradient(to right, ${shade(shading, 0)}, ${shade(shading, 1)})` }} />
      <span>{high}</span>
    </div>
  );
}
