/** Where a benchmark runs: in a page of Chromium, or under Node. */
import type { EnginePartName, EngineResults } from './engine/parts.ts';
import type { FirstResults } from './first-step.ts';
import type { FrameTimes } from './frame-times.ts';
import type { Generation } from './rows.ts';
import type { GenerationCase } from './rows.ts';
import type { PageLoads } from './page-load/page-load.ts';
import type { PeerName } from './peers/names.ts';
import type { Size } from './sizes.ts';
import type { TrainingRepeats } from './rows.ts';
import type { Measurement } from './rows.ts';

export interface Runner {
  /** Vendor, architecture and description reported by the adapter. */
  adapter: string;
  software: boolean;
  /** Browser or Node, with version. */
  runtime: string;
  engine: <Name extends EnginePartName>(name: Name) => Promise<EngineResults[Name]>;
  /** Other libraries are omitted under Node, because their WebGPU backends need a browser. */
  training: (
    size: Size,
    names: PeerName[],
    repeats: TrainingRepeats,
  ) => Promise<Partial<Record<PeerName, Measurement>>>;
  generation: (size: Size, name: PeerName, cases: GenerationCase[]) => Promise<Generation[]>;
  /** The studio's page without and with a run; only in a browser. */
  frames?: () => Promise<{ idle: FrameTimes; running: FrameTimes }>;
  /** The studio's page on a fresh profile, several times; only in a browser. */
  firstStep?: () => Promise<FirstResults[]>;
  /** The studio's page on fresh profiles over a slow connection; only in a browser. */
  pageLoads?: () => Promise<PageLoads>;
  close: () => Promise<void>;
}

export function adapterName({
  vendor,
  architecture,
  description,
}: {
  vendor: string;
  architecture: string;
  description: string;
}): string {
  return [vendor, architecture, description].filter(Boolean).join(' ');
}
