import { useEffect, useState, type ReactNode } from 'react';
import { useBenchDialog } from '../store/bench-dialog.ts';
import { useLeaving } from '../store/leaving-store.ts';
import { openStudio } from '../store/open-studio.ts';
import { usePage } from '../store/page-store.ts';
import { useShareDialog } from '../store/share-dialog.ts';
import { playFirstRecording } from '../store/first-recording.ts';
import { usePresenter } from '../store/presenter-store.ts';
import { useWhatIf } from '../store/what-if-store.ts';
import type { ErrorView } from '../views/result.ts';
import { RecordNote } from './RecordNote.tsx';
import { DropArea } from './DropArea.tsx';
import { ErrorBanner } from './ErrorBanner.tsx';
import { TopBar } from './TopBar.tsx';
import { InterruptedNote } from './run/InterruptedNote.tsx';
import { StateNote } from './run/StateNote.tsx';
import { PreparingStrip } from './run/PreparingStrip.tsx';
import { useRunNotices } from './run/use-run-notices.ts';
import { OfferedRecipe } from './OfferedRecipe.tsx';
import { OnDemand } from './OnDemand.tsx';
import {
  ALARM_LIST,
  DISCARD_DIALOG,
  MISSING_GPU_NOTE,
  NO_WEBGPU,
  PAGE_PARTS,
  PRESENTER,
  REWARD_BENCH,
  SHARE_DIALOG,
  WHAT_IF,
} from './page-parts.ts';
import { ChartGrid } from './charts/ChartGrid.tsx';
import { PresetNote } from './presets/PresetNote.tsx';
import { Welcome } from './presets/Welcome.tsx';
import { ReportNote } from './report/ReportNote.tsx';
import { isRecorded, useRun } from '../store/run-store.ts';
import { Replaying } from './replay/Replaying.tsx';
import { RecipeNotices } from './recipe/RecipeNotices.tsx';
import { RecipePanel } from './recipe/RecipePanel.tsx';
import { RolloutPanel } from './rollouts/RolloutPanel.tsx';
import { useMissingGpu } from './use-missing-gpu.ts';
import { useShortcuts } from './use-shortcuts.ts';
import { WorkColumns } from './WorkColumns.tsx';

/** All pages of the studio under one top bar. */
export function App() {
  const place = usePage((page) => page.place);
  const leaving = useLeaving(({ pending }) => pending !== undefined);
  const presenting = usePresenter(({ opened }) => opened);
  const missing = useMissingGpu(place);
  useEffect(() => void openStudio(), []);
  useEffect(() => void playFirstRecording(), []);
  useShortcuts();
  useRunNotices();
  // Stays once opened, because a dialog that closes gives the focus back.
  const comparing = useWhatIf((whatIf) => whatIf.opened);
  const [comparedOnce, setComparedOnce] = useState(false);
  if (comparing && !comparedOnce) setComparedOnce(true);
  const sharing = useShareDialog((dialog) => dialog.sharing !== undefined);
  const [sharedOnce, setSharedOnce] = useState(false);
  if (sharing && !sharedOnce) setSharedOnce(true);
  const testing = useBenchDialog((bench) => bench.opened);
  const [testedOnce, setTestedOnce] = useState(false);
  if (testing && !testedOnce) setTestedOnce(true);
  return (
    <div className="studio">
      <TopBar />
      {place === 'train' && <TrainPage missing={missing} />}
      {missing && place !== 'train' && <OnDemand part={NO_WEBGPU} props={{ error: missing }} />}
      {!missing && place !== 'train' && (
        <OnDemand key={place} part={PAGE_PARTS[place]} props={{}} waiting={<main className="page" aria-busy />} />
      )}
      <OfferedRecipe />
      <RecipeNotices />
      {leaving && <OnDemand part={DISCARD_DIALOG} props={{}} />}
      {comparedOnce && <OnDemand part={WHAT_IF} props={{}} />}
      {sharedOnce && <OnDemand part={SHARE_DIALOG} props={{}} />}
      {testedOnce && <OnDemand part={REWARD_BENCH} props={{}} />}
      {presenting && <OnDemand part={PRESENTER} props={{}} />}
      <DropArea />
    </div>
  );
}

/** @param missing why there is no GPU: the page then shows recordings */
function TrainPage({ missing }: { missing: ErrorView | undefined }) {
  const recorded = useRun(isRecorded);
  if (missing)
    return recorded ? (
      <Work note={<OnDemand part={MISSING_GPU_NOTE} props={{ error: missing }} />} />
    ) : (
      <OnDemand part={NO_WEBGPU} props={{ error: missing }} />
    );
  return (
    <WorkColumns name="Recipe" jump="Edit the recipe" side={<RecipePanel />}>
      <Work />
    </WorkColumns>
  );
}

/** Charts and rollouts of the run, or of a recording. @param note above everything else */
function Work({ note }: { note?: ReactNode }) {
  const started = useRun((run) => run.frame !== undefined);
  return (
    <div className={note === undefined ? 'work' : 'work alone'} tabIndex={-1}>
      <main className="middle" tabIndex={0} aria-label="Charts">
        {note}
        {note === undefined && (
          <>
            <PreparingStrip />
            <ErrorBanner />
            <InterruptedNote />
            <StateNote />
            <Welcome />
            <PresetNote />
            <ReportNote />
          </>
        )}
        <Replaying />
        {started && <OnDemand part={ALARM_LIST} props={{}} />}
        <RecordNote />
        <ChartGrid />
      </main>
      <aside className="side right" aria-label="Rollouts">
        <RolloutPanel />
      </aside>
    </div>
  );
}
