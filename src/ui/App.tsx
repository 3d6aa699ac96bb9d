import { useEffect, useState } from 'react';
import { useBenchDialog } from '../store/bench-dialog.ts';
import { useLeaving } from '../store/leaving-store.ts';
import { openStudio } from '../store/open-studio.ts';
import { usePage } from '../store/page-store.ts';
import { useShareDialog } from '../store/share-dialog.ts';
import { useWhatIf } from '../store/what-if-store.ts';
import { AlarmList } from './AlarmList.tsx';
import { RecordNote } from './RecordNote.tsx';
import { DropArea } from './DropArea.tsx';
import { ErrorBanner } from './ErrorBanner.tsx';
import { NoWebGpu, useMissingGpu } from './NoWebGpu.tsx';
import { TopBar } from './TopBar.tsx';
import { InterruptedNote } from './run/InterruptedNote.tsx';
import { StateNote } from './run/StateNote.tsx';
import { PreparingStrip } from './run/PreparingStrip.tsx';
import { useRunNotices } from './run/use-run-notices.ts';
import { OfferedRecipe } from './OfferedRecipe.tsx';
import { OnDemand } from './OnDemand.tsx';
import { DISCARD_DIALOG, PAGE_PARTS, REWARD_BENCH, SHARE_DIALOG, WHAT_IF } from './page-parts.ts';
import { ChartGrid } from './charts/ChartGrid.tsx';
import { PresetNote } from './presets/PresetNote.tsx';
import { Welcome } from './presets/Welcome.tsx';
import { ReportNote } from './report/ReportNote.tsx';
import { RecipeNotices } from './recipe/RecipeNotices.tsx';
import { RecipePanel } from './recipe/RecipePanel.tsx';
import { RolloutPanel } from './rollouts/RolloutPanel.tsx';
import { useShortcuts } from './use-shortcuts.ts';
import { WorkColumns } from './WorkColumns.tsx';

/** All pages of the studio under one top bar. */
export function App() {
  const place = usePage((page) => page.place);
  const leaving = useLeaving(({ pending }) => pending !== undefined);
  const missing = useMissingGpu(place);
  useEffect(() => void openStudio(), []);
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
      {missing && <NoWebGpu error={missing} />}
      {!missing && place === 'train' && <TrainPage />}
      {!missing && place !== 'train' && (
        <OnDemand key={place} part={PAGE_PARTS[place]} props={{}} waiting={<main className="page" aria-busy />} />
      )}
      <OfferedRecipe />
      <RecipeNotices />
      {leaving && <OnDemand part={DISCARD_DIALOG} props={{}} />}
      {comparedOnce && <OnDemand part={WHAT_IF} props={{}} />}
      {sharedOnce && <OnDemand part={SHARE_DIALOG} props={{}} />}
      {testedOnce && <OnDemand part={REWARD_BENCH} props={{}} />}
      <DropArea />
    </div>
  );
}

function TrainPage() {
  return (
    <WorkColumns name="Recipe" jump="Edit the recipe" side={<RecipePanel />}>
      <div className="work" tabIndex={-1}>
        <main className="middle" tabIndex={0} aria-label="Charts">
          <PreparingStrip />
          <ErrorBanner />
          <InterruptedNote />
          <StateNote />
          <Welcome />
          <PresetNote />
          <ReportNote />
          <AlarmList />
          <RecordNote />
          <ChartGrid />
        </main>
        <aside className="side right" aria-label="Rollouts">
          <RolloutPanel />
        </aside>
      </div>
    </WorkColumns>
  );
}
