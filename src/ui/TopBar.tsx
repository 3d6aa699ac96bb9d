import { ActionIcon, Button, Progress, Tooltip, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import {
  IconMoon,
  IconPlayerPauseFilled,
  IconPlayerPlayFilled,
  IconPlayerSkipForwardFilled,
  IconPlayerStopFilled,
  IconSun,
} from '@tabler/icons-react';
import { isComparing, useCompare } from '../store/compare-store.ts';
import { PLACES, usePage, type Place } from '../store/page-store.ts';
import { useRecipe } from '../store/recipe-store.ts';
import { useRun } from '../store/run-store.ts';
import type { CompileProgress, Frame, RunStatus } from '../worker/protocol.ts';
import { compact, duration } from './format.ts';
import { TourButton } from './tour/TourButton.tsx';
import { useTransport } from './use-transport.ts';

const STATE_TEXT: Record<RunStatus, string> = {
  idle: 'ready',
  preparing: 'preparing',
  running: 'running',
  pausing: 'pausing after this step',
  paused: 'paused',
  finished: 'finished',
  stopped: 'stopped',
  failed: 'failed',
};

/** Logo, pages, progress of the run, and its controls. */
export function TopBar() {
  const { state, active, ready, comparing, run, pause, oneStep, stop } = useTransport();
  const running = state === 'running' || state === 'pausing';
  return (
    <header className="top">
      <h1 className="logo">
        GPPO <b>Studio</b>
      </h1>
      <Places />
      <RunProgress />
      <Tooltip openDelay={500} label="Run one step, then pause">
        <Button
          variant="default"
          size="xs"
          data-testid="step-button"
          aria-keyshortcuts="N"
          disabled={running || state === 'preparing' || !ready}
          leftSection={<IconPlayerSkipForwardFilled size={14} aria-hidden />}
          onClick={oneStep}
        >
          Step <kbd aria-hidden>N</kbd>
        </Button>
      </Tooltip>
      {running ? (
        <Tooltip openDelay={500} label="Pause after this step">
          <Button
            size="xs"
            data-testid="pause-button"
            loading={state === 'pausing'}
            aria-keyshortcuts="Space"
            leftSection={<IconPlayerPauseFilled size={14} aria-hidden />}
            onClick={pause}
          >
            Pause <kbd aria-hidden>Space</kbd>
          </Button>
        </Tooltip>
      ) : (
        <Tooltip openDelay={500} label={state === 'paused' ? 'Resume the run' : 'Start a run with this recipe'}>
          <Button
            size="xs"
            data-testid="run-button"
            aria-keyshortcuts="Space"
            loading={state === 'preparing'}
            disabled={comparing || (!ready && state !== 'paused')}
            leftSection={<IconPlayerPlayFilled size={14} aria-hidden />}
            onClick={run}
          >
            {state === 'paused' ? 'Resume' : 'Train'} <kbd aria-hidden>Space</kbd>
          </Button>
        </Tooltip>
      )}
      <Tooltip openDelay={500} label="Stop the run; completed steps are kept">
        <Button
          variant="default"
          size="xs"
          data-testid="stop-button"
          aria-keyshortcuts="Escape"
          disabled={!active}
          leftSection={<IconPlayerStopFilled size={14} aria-hidden />}
          onClick={stop}
        >
          Stop <kbd aria-hidden>Esc</kbd>
        </Button>
      </Tooltip>
      <TourButton />
      <ColorSchemeToggle />
    </header>
  );
}

const PLACE_TITLES: Record<Place, string> = {
  train: 'Train',
  objective: 'Objective',
  compare: 'Compare',
  playground: 'Playground',
  models: 'Models & data',
  runs: 'Runs',
  learn: 'Learn',
};

function Places() {
  const { place, go } = usePage();
  return (
    <nav className="places" aria-label="Pages">
      {PLACES.map((one) => (
        <button key={one} type="button" aria-current={one === place ? 'page' : undefined} onClick={() => go(one)}>
          {PLACE_TITLES[one]}
        </button>
      ))}
    </nav>
  );
}

function RunProgress() {
  const state = useRun((run) => run.state);
  const frame = useRun((run) => run.frame);
  const open = useRun((run) => run.models.length > 0);
  const comparing = useCompare(isComparing);
  const problem = useRecipe(
    (recipe) => Object.entries(recipe.problems).map(([path, message]) => `${path ? `${path}: ` : ''}${message}`)[0],
  );
  const compiling = useRun((run) => run.compiling);
  const waiting =
    state === 'preparing'
      ? preparingText(compiling)
      : state !== 'idle'
        ? STATE_TEXT[state]
        : open
          ? problem === undefined
            ? 'ready'
            : ''
          : 'opening the GPU';
  return (
    <div className="top-progress">
      <span className="visually-hidden" role="status" data-testid="state">
        {STATE_TEXT[state]}
      </span>
      {problem !== undefined && state !== 'running' && state !== 'pausing' && state !== 'preparing' && (
        <span className="top-problem">{problem}</span>
      )}
      {comparing ? (
        <SweepProgress />
      ) : frame ? (
        <FrameProgress frame={frame} state={state} />
      ) : (
        <span data-testid="waiting">{waiting}</span>
      )}
    </div>
  );
}

/** What a starting run is waiting for. */
function preparingText(compiling: CompileProgress | undefined): string {
  if (!compiling) return 'loading weights, compiling kernels';
  const { compiled, requested, label } = compiling;
  return `compiling kernels: ${compiled} of ${requested} (${label})`;
}

function SweepProgress() {
  const runs = useCompare((compare) => compare.runs);
  const ended = runs.filter((run) => run.state === 'done' || run.state === 'broken').length;
  return (
    <>
      <span>
        comparison: run <b>{Math.min(runs.length, ended + 1)}</b> of {runs.length}
      </span>
      <Progress
        value={runs.length > 0 ? (100 * ended) / runs.length : 0}
        w={96}
        size="sm"
        aria-label="Runs completed"
      />
    </>
  );
}

function FrameProgress({ frame, state }: { frame: Frame; state: RunStatus }) {
  const { phase, step, steps, activity, tokensPerSecond, secondsLeft } = frame;
  const title = phase === 'sft' ? 'SFT step' : phase === 'rl' ? 'RL step' : 'step';
  return (
    <>
      <span className="activity">{state === 'running' ? activity : STATE_TEXT[state]}</span>
      <span>
        <span className="phase">{title} </span>
        <b data-testid="step-value">{step}</b> of {steps}
      </span>
      <Progress value={steps > 0 ? (100 * step) / steps : 0} w={96} size="sm" aria-label="Steps completed" />
      <span className="rate">
        <b>{compact(tokensPerSecond)}</b> tokens/s
      </span>
      {state === 'running' && secondsLeft !== undefined && (
        <span>
          <b>{duration(secondsLeft)}</b> left
        </span>
      )}
    </>
  );
}

function ColorSchemeToggle() {
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const other = scheme === 'light' ? 'dark' : 'light';
  return (
    <Tooltip openDelay={500} label={`Switch to ${other} colours`}>
      <ActionIcon
        variant="default"
        size={30}
        aria-label={`Switch to ${other} colours`}
        onClick={() => setColorScheme(other)}
      >
        {scheme === 'light' ? <IconMoon size={16} aria-hidden /> : <IconSun size={16} aria-hidden />}
      </ActionIcon>
    </Tooltip>
  );
}
