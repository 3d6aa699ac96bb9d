import './race.css';
import { useState } from 'react';
import { usePresenter } from '../../store/presenter-store.ts';
import { useRace } from '../../store/race-store.ts';
import { CompareModes } from '../compare/CompareModes.tsx';
import { MainColumn } from '../MainColumn.tsx';
import { Dialog } from '../Dialog.tsx';
import { WorkColumns } from '../WorkColumns.tsx';
import { RaceBoard } from './RaceBoard.tsx';
import { RaceButtons } from './RaceButtons.tsx';
import { RaceSetUp } from './RaceSetUp.tsx';

/** Two to four strategies on one seed that advance in turn, on shared charts. */
export function RacePage() {
  const [presenting, setPresenting] = useState(false);
  // Drawn once: presenter mode covers it, and has parts of the same names.
  const presented = usePresenter(({ opened, source }) => opened && source === 'race');
  const begun = useRace(({ lanes }) => lanes.length > 0);
  const error = useRace((race) => race.error);
  const title = useRace(({ race }) => race?.base.name ?? '');
  return (
    <WorkColumns
      className="page two-columns"
      name="Settings of the race"
      jump="Strategies and recipe"
      side={<RaceSetUp />}
    >
      <MainColumn label="Race" className="race">
        <CompareModes />
        {!presenting && <RaceButtons onPresent={() => setPresenting(true)} />}
        {error && (
          <p className="note warning" role="alert" data-testid="race-error">
            {error.message} {error.advice}
          </p>
        )}
        {begun ? !presenting && !presented && <RaceBoard /> : <Welcome />}
      </MainColumn>
      <Dialog
        opened={presenting}
        onClose={() => setPresenting(false)}
        fullScreen
        title={`Race${title === '' ? '' : `: ${title}`}`}
        closeButtonProps={{ 'aria-label': 'Close full screen' }}
        transitionProps={{ duration: 0 }}
      >
        <div className="race present" data-testid="race-presentation">
          <RaceButtons />
          {begun ? <RaceBoard large /> : <Welcome />}
        </div>
      </Dialog>
    </WorkColumns>
  );
}

function Welcome() {
  return (
    <div className="card card-empty race-welcome">
      <div>
        <p>
          <b>Which strategy collapses first?</b>
        </p>
        <p>
          Press Start: all strategies begin from the same checkpoint and seed and make one step each in turn, on the
          same prompts. Each gives the same metrics as if it ran alone. One seed shows what happens in this run; a sweep
          over seeds shows whether it is typical.
        </p>
      </div>
    </div>
  );
}
