/** The opened token dump: its facts, strategies on one of its steps, and that step's responses. */
import { blobFile } from '../data/data-file.ts';
import { compareStrategies } from '../dumps/compare-strategies.ts';
import { readDump, type ReadDump } from '../dumps/read-dump.ts';
import type { StepEffect } from '../dumps/step-effect.ts';
import { stepFacts } from '../dumps/step-facts.ts';
import { findResponses } from '../dumps/responses.ts';
import type { StepTokens } from '../dumps/token-dump.ts';
import { StudioError } from '../errors.ts';
import type { StrategyConfig } from '../run/strategies/strategy-config.ts';
import type { DumpComparison, DumpFacts, DumpOrder, DumpRollouts } from '../views/dump.ts';
import type { PickedFile } from '../views/models.ts';
import type { Device } from './device.ts';
import { Paced } from './paced.ts';

/** Responses that one call returns at most. */
const MOST_SHOWN = 50;

export class DumpDesk {
  private opened: ReadDump['dump'] | undefined;
  private effect: { step: number; effect: StepEffect } | undefined;
  private reading: AbortController | undefined;
  private comparing: AbortController | undefined;

  private progress = { done: 0, total: 0 };
  private readonly paced: Paced;

  /** @param device one of its own, so that a run's steps are not waited for */
  constructor(
    private readonly device: Device,
    send: (progress: { done: number; total: number }) => void,
  ) {
    this.paced = new Paced(() => send(this.progress));
  }

  /** A newer call cancels this one. @throws StudioError as `readDump` */
  async open({ file }: PickedFile): Promise<DumpFacts> {
    this.cancel();
    const reading = new AbortController();
    this.reading = reading;
    // The memory of the dump that was open is needed for this one.
    this.opened = undefined;
    this.effect = undefined;
    const { dump, faults } = await readDump(blobFile(file, file.name), {
      signal: reading.signal,
      onProgress: (done, total) => {
        this.progress = { done, total };
        this.paced.soon();
      },
    });
    this.opened = dump;
    return {
      name: dump.name,
      bytes: file.size,
      tokens: dump.tokens,
      responses: dump.responses,
      steps: dump.sorted.map(stepFacts),
      faults,
    };
  }

  cancel(): void {
    this.reading?.abort();
    this.comparing?.abort(new StudioError('cancelled', 'The comparison was cancelled.'));
  }

  /** A newer call cancels this one. @throws StudioError as `compareStrategies` */
  async compare(step: number, strategies: readonly StrategyConfig[]): Promise<DumpComparison> {
    this.comparing?.abort(new StudioError('cancelled', 'A newer comparison was started.'));
    const comparing = new AbortController();
    this.comparing = comparing;
    const tokens = this.step(step);
    const { gpu } = await this.device.open();
    const { comparison, effect } = await compareStrategies(gpu, this.dump, tokens, strategies, {
      signal: comparing.signal,
    });
    this.effect = { step, effect };
    return comparison;
  }

  /** Responses of the step that was compared last, with the first strategy's zones and weights. */
  rollouts(step: number, order: DumpOrder, first: number, count: number): DumpRollouts {
    const effect = this.effect?.step === step ? this.effect.effect : undefined;
    if (!effect) throw new StudioError('input', `Strategies were not compared on step ${step} yet.`, 'Compare first.');
    return findResponses(this.dump, this.step(step), effect, order, first, Math.min(count, MOST_SHOWN));
  }

  private get dump(): ReadDump['dump'] {
    if (!this.opened) throw new StudioError('input', 'No token dump is open.', 'Open one first.');
    return this.opened;
  }

  private step(step: number): StepTokens {
    const found = this.dump.steps.get(step);
    if (!found) throw new StudioError('input', `${this.dump.name} has no step ${step}.`, 'Choose another step.');
    return found;
  }
}
