/** Reports the progress of a starting run. */
import type { CompileProgress } from '../gpu/gpu-scope.ts';
import type { DataProgress } from '../views/data.ts';
import { CompileClock } from './compile-clock.ts';
import type { Preparation } from './events.ts';
import { StagedReport } from './staged-report.ts';

export class PreparationReport {
  private readonly clock = new CompileClock();
  private readonly report: StagedReport<Preparation>;

  constructor(send: (progress: Preparation) => void) {
    this.report = new StagedReport(send);
  }

  stage(stage: 'checking' | 'loading'): void {
    this.report.show({ stage });
  }

  /** A large file of data takes long. */
  reading(reading: DataProgress): void {
    this.report.show({ stage: 'reading', reading });
  }

  compiling(kernels: CompileProgress): void {
    const secondsLeft = this.clock.secondsLeft(kernels, performance.now());
    this.report.show({ stage: 'compiling', kernels, ...(secondsLeft !== undefined && { secondsLeft }) });
  }

  /** Sends nothing more. */
  close(): void {
    this.report.close();
  }
}
