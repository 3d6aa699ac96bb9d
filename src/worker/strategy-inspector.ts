/** Inspects strategies: their curves, their WGSL, and whether a custom strategy works. */
import { assertStrategyWorks, checkCustomStrategy, strategyCurve } from '../objective/curves.ts';
import { STRATEGY_SOURCES } from '../objective/strategy-sources.ts';
import type { Gpu } from '../gpu/device.ts';
import type { Curve, CurvePoint, StrategyProblem } from '../views/strategy-views.ts';
import {
  resolveStrategy,
  type BuiltInStrategy,
  type CustomStrategyConfig,
  type ResolvedStrategy,
  type StrategyConfig,
} from '../run/strategies/strategy-config.ts';
import type { Device } from './device.ts';
import { errorView } from './error-view.ts';

/** Maximum number of strategies cached as working; beyond it the cache is cleared. */
const MOST_REMEMBERED = 200;

export class StrategyInspector {
  /** Custom strategies known to work on this GPU: dragging a handle requests a curve many times per second. */
  private readonly working = new Set<string>();

  constructor(private readonly device: Device) {}

  async curves(requests: readonly { strategy: StrategyConfig; points: CurvePoint[] }[]): Promise<Curve[]> {
    const { gpu } = await this.device.open();
    const found: { strategy: ResolvedStrategy; points: CurvePoint[]; problem: string | undefined }[] = [];
    for (const { strategy: config, points } of requests) {
      const strategy = resolveStrategy(config);
      found.push({ strategy, points, problem: await this.problemOf(gpu, strategy) });
    }
    return Promise.all(
      found.map(async ({ strategy, points, problem }) =>
        problem === undefined ? { answers: await strategyCurve(gpu, strategy, points) } : { answers: [], problem },
      ),
    );
  }

  private async problemOf(gpu: Gpu, strategy: ResolvedStrategy): Promise<string | undefined> {
    try {
      await this.assertOnce(gpu, strategy);
      return undefined;
    } catch (error) {
      return errorView(error).message;
    }
  }

  private async assertOnce(gpu: Gpu, strategy: ResolvedStrategy): Promise<void> {
    if (!strategy.custom) return;
    const key = JSON.stringify([strategy.source, strategy.parameters]);
    if (this.working.has(key)) return;
    await assertStrategyWorks(gpu, strategy);
    if (this.working.size > MOST_REMEMBERED) this.working.clear();
    this.working.add(key);
  }

  /** The WGSL of a built-in strategy, as a start for a custom one. */
  source(name: BuiltInStrategy): string {
    return `${STRATEGY_SOURCES[name].trim()}\n`;
  }

  async check(strategy: CustomStrategyConfig): Promise<StrategyProblem[]> {
    return checkCustomStrategy((await this.device.open()).gpu, resolveStrategy(strategy));
  }
}
