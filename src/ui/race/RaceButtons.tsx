import { Button, Group, Progress } from '@mantine/core';
import {
  IconMaximize,
  IconPlayerPauseFilled,
  IconPlayerPlayFilled,
  IconPlayerSkipForwardFilled,
  IconPlayerStopFilled,
  IconPresentation,
} from '@tabler/icons-react';
import { usePresenter } from '../../store/presenter-store.ts';
import { raceLevel, useRace } from '../../store/race-store.ts';
import { preparationText, STATE_TEXT } from '../run/run-text.ts';
import { TransportButton } from '../run/TransportButton.tsx';
import { useRaceTransport } from './use-race-transport.ts';

/**
 * Start, Pause or Resume, Step and Stop, with the state of the race.
 *
 * @param onPresent opens the full screen; without it, this is the full screen, where Space presses the main button
 */
export function RaceButtons({ onPresent }: { onPresent?: () => void }) {
  const { main, step, stop, run } = useRaceTransport();
  const pauses = main.label === 'Pause';
  return (
    <div className="race-bar">
      <TransportButton
        view={main}
        testId={pauses ? 'race-pause' : 'race-start'}
        icon={pauses ? <IconPlayerPauseFilled size={14} aria-hidden /> : <IconPlayerPlayFilled size={14} aria-hidden />}
        primary
        initialFocus={onPresent === undefined}
        onPress={() => run(main.command)}
      />
      <TransportButton
        view={step}
        testId="race-step"
        icon={<IconPlayerSkipForwardFilled size={14} aria-hidden />}
        onPress={() => run(step.command)}
      />
      <TransportButton
        view={stop}
        testId="race-stop"
        icon={<IconPlayerStopFilled size={14} aria-hidden />}
        onPress={() => run(stop.command)}
      />
      <RaceState />
      {onPresent && (
        <Group className="race-present" gap={6}>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPresentation size={14} aria-hidden />}
            data-testid="present-race"
            onClick={usePresenter.getState().openRace}
          >
            Present
          </Button>
          <Button size="xs" variant="default" leftSection={<IconMaximize size={14} aria-hidden />} onClick={onPresent}>
            Full screen
          </Button>
        </Group>
      )}
    </div>
  );
}

function RaceState() {
  const state = useRace((race) => race.state);
  const preparation = useRace((race) => race.preparation);
  const level = useRace(raceLevel);
  const total = useRace((race) => race.total);
  const activity = useRace(({ lanes, turn, activity: what }) => {
    const lane = turn === undefined ? undefined : lanes[turn];
    return lane && what !== '' ? `${lane.label}: ${what}` : '';
  });
  if (state === 'idle') return null;
  const { kernels } = preparation ?? {};
  if (state === 'preparing')
    return (
      <>
        <span role="status" data-testid="race-state">
          preparing: {preparationText(preparation ?? { stage: 'checking' })}
        </span>
        <Progress
          value={kernels ? (100 * kernels.compiled) / Math.max(1, kernels.requested) : 100}
          animated={!kernels}
          w={110}
          size="sm"
          aria-label="Kernels compiled"
        />
      </>
    );
  return (
    <>
      <span className="visually-hidden" role="status" data-testid="race-state">
        {STATE_TEXT[state]}
      </span>
      <span data-changing>
        step <b data-testid="race-level">{level}</b> of {total}
      </span>
      <Progress value={total > 0 ? (100 * level) / total : 0} w={110} size="sm" aria-label="Steps of all strategies" />
      <span className="aside race-activity" data-changing>
        {state === 'running' && activity !== '' ? activity : STATE_TEXT[state]}
      </span>
    </>
  );
}
