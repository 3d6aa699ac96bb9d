/** Clip rules looked at by themselves: their curves, and whether a rule of the user's own works. */
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

/** Rules that are remembered as working; then the memory starts afresh. */
const MOST_REMEMBERED = 200;

export class StrategyInspector {
  /** Custom rules that were found to work on this GPU: dragging a handle asks for a curve many times a second. */
  private readonly working = new Set<string>();

  constructor(private readonly device: Device) {}

  async curves(requests: readonly { strategy: StrategyConfig; points: CurvePoint[] }[]): Promise<Curve[]> {
    const { gpu } = await this.device.open();
    const curves: Curve[] = [];
    for (const { strategy, points } of requests) curves.push(await this.curve(gpu, resolveStrategy(strategy), points));
    return curves;
  }

  private async curve(gpu: Gpu, rule: ResolvedStrategy, points: CurvePoint[]): Promise<Curve> {
    try {
      await this.assertOnce(gpu, rule);
    } catch (error) {
      const { message } = errorView(error);
      return { answers: [], problem: message };
    }
    return { answers: await ruleCurve(gpu, rule, points) };
  }

  private async assertOnce(gpu: Gpu, rule: ResolvedStrategy): Promise<void> {
    const key = JSON.stringify([rule.source, rule.parameters]);
    if (this.working.has(key)) return;
    await assertStrategyWorks(gpu, rule);
    if (this.working.size > MOST_REMEMBERED) this.working.clear();
    this.working.add(key);
  }

  async check(strategy: CustomStrategyConfig): Promise<StrategyProblem[]> {
    return checkCustomRule((await this.device.open()).gpu, resolveStrategy(strategy));
  }
}
