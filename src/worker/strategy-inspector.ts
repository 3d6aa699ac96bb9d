/** Strategies by themselves: their curves, and whether a custom strategy works. */
import { assertStrategyWorks, checkCustomRule, ruleCurve } from '../objective/curves.ts';
import type { Gpu } from '../gpu/device.ts';
import type { Curve, CurvePoint, StrategyProblem } from '../views/strategy-views.ts';
import {
  resolveStrategy,
  type CustomStrategyConfig,
  type ResolvedStrategy,
  type StrategyConfig,
} from '../run/strategies/strategy-config.ts';
import type { Device } from './device.ts';
import { errorView } from './error-view.ts';

/** Strategies that are remembered as working; beyond that many, all are forgotten. */
const MOST_REMEMBERED = 200;

export class StrategyInspector {
  /** Custom strategies that were found to work on this GPU: dragging a handle asks for a curve many times a second. */
  private readonly working = new Set<string>();

  constructor(private readonly device: Device) {}

  async curves(requests: readonly { strategy: StrategyConfig; points: CurvePoint[] }[]): Promise<Curve[]> {
    const { gpu } = await this.device.open();
    const curves: Curve[] = [];
    for (const { strategy, points } of requests) curves.push(await this.curve(gpu, resolveStrategy(strategy), points));
    return curves;
  }

  private async curve(gpu: Gpu, strategy: ResolvedStrategy, points: CurvePoint[]): Promise<Curve> {
    try {
      await this.assertOnce(gpu, strategy);
    } catch (error) {
      const { message } = errorView(error);
      return { answers: [], problem: message };
    }
    return { answers: await ruleCurve(gpu, strategy, points) };
  }

  private async assertOnce(gpu: Gpu, strategy: ResolvedStrategy): Promise<void> {
    const key = JSON.stringify([strategy.source, strategy.parameters]);
    if (this.working.has(key)) return;
    await assertStrategyWorks(gpu, strategy);
    if (this.working.size > MOST_REMEMBERED) this.working.clear();
    this.working.add(key);
  }

  async check(strategy: CustomStrategyConfig): Promise<StrategyProblem[]> {
    return checkCustomRule((await this.device.open()).gpu, resolveStrategy(strategy));
  }
}
