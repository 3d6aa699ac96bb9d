/** Replays a recording: the recorded run is shown as if it trained, at any speed, paused, or at any of its steps. */
import { create } from 'zustand';
import { StudioError } from '../errors.ts';
import { readRecording, type Recording } from '../recording/format.ts';
import { Replay } from '../recording/replay.ts';
import type { ErrorView } from '../views/result.ts';
import { errorView } from './archive.ts';
import { useRun } from './run-store.ts';
import { fetchShipped } from './shipped-fetch.ts';
import { shippedTitle, type ShippedId } from './shipped-recordings.ts';
import { useShownRecording } from './shown-recording.ts';
import { endRecorded, showFrame, showRecorded } from './shown-run.ts';

/** Times the recorded speed; `max`: one line of the recording per repaint. */
export const SPEEDS = [0.5, 1, 2, 4, 8, 16, 'max'] as const;
export type Speed = (typeof SPEEDS)[number];

/** A recording plays at the lowest speed that takes at most this long, ms. */
const PLEASANT_MS = 30_000;

const RUN_ACTIVE: ErrorView = {
  kind: 'input',
  message: 'A run is training or paused on this page.',
  advice: 'Stop it, then play the recording.',
};

/** A recording that ships, or the name of a file. */
type PlayedRecording = ({ shipped: ShippedId } | { file: string }) & { play?: boolean };

interface ReplayState {
  replay: Replay | undefined;
  /** Lines of the recording that are shown. */
  lines: number;
  playing: boolean;
  speed: Speed;
  /** Shows a recording from its start; not while a run is active. */
  show: (recording: Recording, about: PlayedRecording) => void;
  /** Reads and plays a file, or one that ships; a problem is shown (shown-recording.ts). */
  open: (source: File | ShippedId) => Promise<void>;
  /** From the start again, if it is at its end. */
  play: () => void;
  pause: () => void;
  /** Pauses, and shows the next step. */
  step: () => void;
  /** Shows the run after that many lines; earlier ones are rebuilt. */
  seek: (lines: number) => void;
  setSpeed: (speed: Speed) => void;
  /** Plays for a while. @param ms on the wall clock */
  advance: (ms: number) => void;
  /** Shows the page's own run again. */
  close: () => void;
}

export const useReplay = create<ReplayState>()((set, get) => {
  /** Id of the shown recording in the store of the run. */
  let shown: string | undefined;
  /** Milliseconds of recorded training that were played. */
  let position = 0;

  const showLines = (lines: number) => {
    const { replay, playing } = get();
    if (!replay || shown === undefined) return;
    set({ lines });
    showFrame(shown, replay.frame(lines, playing ? 'running' : 'paused'));
  };

  const leave = () => {
    shown = undefined;
    set({ replay: undefined, playing: false, lines: 0 });
    useShownRecording.setState({ shipped: undefined });
  };

  // A run that starts takes the recording's place.
  useRun.subscribe(({ id }) => {
    if (shown !== undefined && id !== shown) leave();
  });

  return {
    replay: undefined,
    lines: 0,
    playing: false,
    speed: 1,

    show: (recording, about) => {
      const { play = false } = about;
      const shipped = 'shipped' in about ? about.shipped : undefined;
      const title = 'shipped' in about ? shippedTitle(about.shipped) : about.file.replace(/\..*$/, '');
      leave();
      const id = showRecorded(recording.config);
      if (id === undefined) {
        useShownRecording.setState({ problem: RUN_ACTIVE });
        return;
      }
      shown = id;
      position = 0;
      const replay = new Replay(recording);
      set({ replay, playing: play, speed: pleasantSpeed(replay) });
      useShownRecording.setState({ title, shipped, problem: undefined });
      showLines(0);
      if (play) tick();
    },
    open: async (source) => {
      try {
        if (source instanceof File)
          get().show(await readRecording(source, source.name), { file: source.name, play: true });
        else get().show(await fetchShipped(source), { shipped: source, play: true });
      } catch (error) {
        if (!(error instanceof StudioError)) throw error;
        useShownRecording.setState({ problem: errorView(error) });
      }
    },
    play: () => {
      const { replay, lines } = get();
      if (!replay) return;
      set({ playing: true });
      if (lines >= replay.length) get().seek(0);
      else showLines(lines);
      tick();
    },
    pause: () => {
      set({ playing: false });
      showLines(get().lines);
    },
    step: () => {
      const { replay, lines } = get();
      if (!replay) return;
      set({ playing: false });
      get().seek(replay.nextStep(lines));
    },
    seek: (lines) => {
      position = get().replay?.timeOf(lines) ?? 0;
      showLines(lines);
    },
    setSpeed: (speed) => set({ speed }),
    advance: (ms) => {
      const { replay, playing, lines, speed } = get();
      if (!replay || !playing) return;
      if (speed === 'max') position = replay.timeOf(lines + 1);
      else position += ms * speed;
      const next = speed === 'max' ? lines + 1 : Math.max(lines, replay.linesAt(position));
      if (next >= replay.length) set({ playing: false });
      if (next > lines) showLines(next);
    },
    close: () => {
      leave();
      endRecorded();
    },
  };
});

/** The longest time between two repaints that is played, ms: a tab that was hidden does not catch up. */
const LONGEST_FRAME_MS = 250;
/** Of several loops, only the newest continues. */
let newestLoop = 0;

/** Advances with the repaints of the page, which a hidden tab has none of. */
function tick(): void {
  if (typeof requestAnimationFrame === 'undefined') return;
  const loop = ++newestLoop;
  let before: number | undefined;
  const next = (now: number) => {
    const { playing, advance } = useReplay.getState();
    if (!playing || loop !== newestLoop) return;
    advance(before === undefined ? 0 : Math.min(now - before, LONGEST_FRAME_MS));
    before = now;
    requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
}

function pleasantSpeed(replay: Replay): Speed {
  const total = replay.timeOf(replay.length);
  return SPEEDS.find((speed) => speed !== 'max' && speed >= 1 && total / speed <= PLEASANT_MS) ?? 16;
}
