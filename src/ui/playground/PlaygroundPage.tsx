import './playground.css';
import { SegmentedControl, Switch } from '@mantine/core';
import { useEffect, useState, type KeyboardEvent } from 'react';
import { POLICY, START } from '../../run/playground.ts';
import { usePlayground } from '../../store/playground-store.ts';
import { useRun } from '../../store/run-store.ts';
import { ErrorBanner } from '../ErrorBanner.tsx';
import { Composer } from './Composer.tsx';
import { DifferenceCard } from './DifferenceCard.tsx';
import { ModelPicker } from './ModelPicker.tsx';
import { ResponseColumn } from './ResponseColumn.tsx';
import { SamplingFields } from './SamplingFields.tsx';
import { shade, SHADING_ENDS, SHADING_HELP, SHADINGS, type Shading } from './token-shades.ts';
import { TokenPanel } from './TokenPanel.tsx';
import { useColumnNames } from './use-model-choices.ts';

/** Prompts a model, or two side by side, and shows what it thought of every token. */
export function PlaygroundPage() {
  const comparing = usePlayground((state) => state.comparing);
  const [shading, setShading] = useState<Shading>('probability');
  const names = useColumnNames();
  useDefaults();
  const keys = (event: KeyboardEvent) => {
    // Elsewhere Escape stops the run; here the answer, while one is being written.
    if (event.key !== 'Escape' || !usePlayground.getState().columns.some(({ busy }) => busy)) return;
    event.stopPropagation();
    usePlayground.getState().stop();
  };
  return (
    <>
      <aside className="side left" aria-label="Models and sampling">
        <section className="section">
          <h2 className="section-title">Models</h2>
          <ModelPicker side={0} label={comparing ? 'Left' : 'Model'} />
          <Switch size="xs" my={8} label="Two side by side" checked={comparing} onChange={(event) => compare(event.currentTarget.checked)} />
          {comparing && <ModelPicker side={1} label="Right" />}
          <RunHint />
        </section>
        <SamplingFields />
        <section className="section">
          <h2 className="section-title">Colour of tokens</h2>
          <SegmentedControl fullWidth size="xs" aria-label="Colour tokens by" value={shading} data={[...SHADINGS]} onChange={(value) => setShading(value as Shading)} />
          <Scale shading={shading} />
          <p className="hint">{SHADING_HELP[shading]}</p>
        </section>
      </aside>
      <div className="work" tabIndex={-1} onKeyDown={keys}>
        <main className="middle playground" tabIndex={0} aria-label="Playground">
          <ErrorBanner />
          <Composer />
          <div className={comparing ? 'cards' : undefined}>
            <ResponseColumn side={0} name={names[0]} shading={shading} />
            {comparing && <ResponseColumn side={1} name={names[1]} shading={shading} />}
          </div>
          {comparing && <DifferenceCard names={names} />}
        </main>
        <aside className="side right token-side" aria-label="Token">
          <TokenPanel />
        </aside>
      </div>
    </>
  );
}

/** With a run, what it began with beside what it has become; else the first model of the library. */
function useDefaults(): void {
  const models = useRun((run) => run.models);
  const running = useRun((run) => run.running);
  const atRest = useRun((run) => run.frame !== undefined && (run.state === 'paused' || run.state === 'finished' || run.state === 'stopped'));
  useEffect(() => {
    const { columns, choose, edit, text } = usePlayground.getState();
    if (columns[0].model !== '' || models.length === 0) return;
    const begun = running && atRest ? ('checkpoint' in running.model ? running.model.checkpoint : START) : undefined;
    const first = begun ?? models.find(({ problem, hasTokenizer }) => problem === undefined && hasTokenizer)?.id ?? '';
    const task = begun ? running?.task : models.find(({ id }) => id === first)?.task;
    if (text === '') edit({ text: task?.name === 'addition' ? '58+67=' : task?.name === 'arithmetic' ? '3+4*2=' : 'Once upon a time' });
    void choose(0, first);
    if (begun) compare(true);
  }, [models, running, atRest]);
}

function compare(on: boolean): void {
  const { columns, choose, edit } = usePlayground.getState();
  edit({ comparing: on });
  if (!on || columns[1].model !== '') return;
  const { frame, running, models } = useRun.getState();
  const other = models.find(({ id, problem, hasTokenizer }) => id !== columns[0].model && problem === undefined && hasTokenizer)?.id ?? columns[0].model;
  void choose(1, frame && running ? POLICY : other);
}

function RunHint() {
  const frame = useRun((run) => run.frame !== undefined);
  const active = useRun((run) => run.state === 'running' || run.state === 'pausing');
  const policy = usePlayground(({ columns }) => columns.some(({ model }) => model === POLICY));
  if (!frame) return <p className="hint">Train a model, and its policy stands here too: before and after side by side.</p>;
  return policy && active ? <p className="note warning">The run is going on. Pause it to ask its policy.</p> : null;
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
