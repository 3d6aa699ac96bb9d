import { ActionIcon } from '@mantine/core';
import { IconHelp } from '@tabler/icons-react';
import { Hint } from '../hint/Hint.tsx';
import { beginTour } from './begin-tour.ts';

/** Starts the tour, from the bar at the top. */
export function TourButton() {
  return (
    <Hint delay={500} label="Tour of the Train page">
      <ActionIcon variant="default" size={30} aria-label="Tour of the Train page" onClick={() => void beginTour()}>
        <IconHelp size={17} aria-hidden />
      </ActionIcon>
    </Hint>
  );
}
