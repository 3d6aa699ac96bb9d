import { useRecipe } from '../../store/recipe-store.ts';
import { useReplay } from '../../store/replay-store.ts';
import { useShownRecording } from '../../store/shown-recording.ts';

/** Closes the recording and loads its recipe; programs that it brings are shown before they are accepted. */
export function trainRecorded(): void {
  const { replay, close } = useReplay.getState();
  const { title } = useShownRecording.getState();
  if (!replay) return;
  const { config } = replay.recording;
  close();
  useRecipe.getState().offer({ config, bringer: `The recording ${title}` });
}
