import { ActionIcon, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { IconMoon, IconSun } from '@tabler/icons-react';
import { PLACES, usePage, type Place } from '../store/page-store.ts';
import { Hint } from './hint/Hint.tsx';
import { PAGE_PARTS } from './page-parts.ts';
import { RunStatusLine } from './run/RunStatusLine.tsx';
import { TransportButtons } from './run/TransportButtons.tsx';
import { WorkerBanner } from './run/WorkerBanner.tsx';
import { TourButton } from './tour/TourButton.tsx';
import './top-bar.css';

/** Logo, pages and the controls of the run; below them the run: its name, state and progress. */
export function TopBar() {
  return (
    <header className="top">
      <div className="top-row">
        <h1 className="logo">
          GPPO <b>Studio</b>
        </h1>
        <Places />
        <div className="top-buttons">
          <TransportButtons />
          <TourButton />
          <ColorSchemeToggle />
        </div>
      </div>
      <RunStatusLine />
      <WorkerBanner />
    </header>
  );
}

const PLACE_TITLES: Record<Place, string> = {
  train: 'Train',
  rollouts: 'Rollouts',
  objective: 'Objective',
  compare: 'Compare',
  playground: 'Playground',
  evaluate: 'Evaluate',
  models: 'Models',
  data: 'Data',
  runs: 'Runs',
  learn: 'Learn',
};

/** Loads a page that is about to be opened; what cannot be loaded is reported once it is opened. */
function load(place: Place): void {
  if (place !== 'train') PAGE_PARTS[place].preload().catch(() => undefined);
}

function Places() {
  const { place, go } = usePage();
  return (
    <nav className="places" aria-label="Pages">
      {PLACES.map((one) => (
        <button
          key={one}
          type="button"
          aria-current={one === place ? 'page' : undefined}
          onPointerEnter={() => load(one)}
          onFocus={() => load(one)}
          onClick={() => go(one)}
        >
          {PLACE_TITLES[one]}
        </button>
      ))}
    </nav>
  );
}

function ColorSchemeToggle() {
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const other = scheme === 'light' ? 'dark' : 'light';
  return (
    <Hint delay={500} label={`Switch to ${other} colours`}>
      <ActionIcon
        variant="default"
        size={30}
        aria-label={`Switch to ${other} colours`}
        onClick={() => setColorScheme(other)}
      >
        {scheme === 'light' ? <IconMoon size={16} aria-hidden /> : <IconSun size={16} aria-hidden />}
      </ActionIcon>
    </Hint>
  );
}
