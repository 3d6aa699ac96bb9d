import { Button } from '@mantine/core';
import { IconBook2, IconRoute } from '@tabler/icons-react';
import { useFirstRecording } from '../../store/first-recording.ts';
import { learnAddress } from '../../store/learn-store.ts';
import { isRecorded, useRun } from '../../store/run-store.ts';
import { OnDemand } from '../OnDemand.tsx';
import { RECORDING_LIST } from '../replay/replay-parts.ts';
import { beginTour } from '../tour/begin-tour.ts';
import { PresetGallery } from './PresetGallery.tsx';
import './presets.css';

/** Introduces the page, its presets and recordings, until the first run. */
export function Welcome() {
  const before = useRun((run) => run.state === 'idle' && (run.frame === undefined || isRecorded(run)));
  const opened = useRun((run) => run.models.length > 0);
  // Presets move into a menu beside a recording, so that both fit on the first screen.
  const compact = useRun(isRecorded);
  const coming = useFirstRecording((first) => first.coming);
  if (!before) return null;
  return (
    <section className="welcome" aria-label="Welcome" data-testid="welcome">
      <h2>
        Train a small language model in this tab, and see what each clip strategy does to the gradient, token by token.
      </h2>
      <p className="welcome-links">
        <Button
          size="xs"
          variant="default"
          leftSection={<IconRoute size={15} aria-hidden />}
          onClick={() => void beginTour()}
        >
          Take the tour
        </Button>
        <Button
          size="xs"
          variant="default"
          component="a"
          href={learnAddress('gppo')}
          leftSection={<IconBook2 size={15} aria-hidden />}
        >
          What is GPPO?
        </Button>
        <span className="hint">Or press Train to run the recipe. No data leaves this browser.</span>
      </p>
      {!compact && !coming && (
        <>
          <h3>Presets</h3>
          <PresetGallery />
        </>
      )}
      {opened && <OnDemand part={RECORDING_LIST} props={{}} />}
    </section>
  );
}
