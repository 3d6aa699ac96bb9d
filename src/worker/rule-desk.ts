/** Clip rules looked at by themselves: their curves, and whether a rule of the user's own works. */
import { assertRuleWorks, checkCustomRule, ruleCurve } from '../rl/curves.ts';
import type { Gpu } from '../gpu/device.ts';
import type { Curve, CurvePoint, RuleProblem } from '../run/rule-views.ts';
import { ruleOf, type CustomStrategyConfig, type Rule, type StrategyConfig } from '../run/strategies.ts';
import type { Device } from './device.ts';
import { errorView } from './error-view.ts';

/** Rules that are remembered as working; then the memory starts afresh. */
const MOST_REMEMBERED = 200;

export class RuleDesk {
  /** Custom rules that were found to work on this GPU: dragging a handle asks for a curve many times a second. */
  private readonly working = new Set<string>();

  constructor(private readonly device: Device) {}

  async curves(requests: readonly { strategy: StrategyConfig; points: CurvePoint[] }[]): Promise<Curve[]> {
    const { gpu } = await this.device.open();
    const curves: Curve[] = [];
    for (const { strategy, points } of requests) curves.push(await this.curve(gpu, ruleOf(strategy), points));
    return curves;
  }

  private async curve(gpu: Gpu, rule: Rule, points: CurvePoint[]): Promise<Curve> {
    try {
      await this.assertOnce(gpu, rule);
    } catch (error) {
      const { message } = errorView(error);
      return { answers: [], problem: message };
    }
    return { answers: await ruleCurve(gpu, rule, points) };
  }

  private async assertOnce(gpu: Gpu, rule: Rule): Promise<void> {
    const key = JSON.stringify([rule.source, rule.parameters]);
    if (this.working.has(key)) return;
    await assertRuleWorks(gpu, rule);
    if (this.working.size > MOST_REMEMBERED) this.working.clear();
    this.working.add(key);
  }

  async check(strategy: CustomStrategyConfig): Promise<RuleProblem[]> {
    return checkCustomRule((await this.device.open()).gpu, ruleOf(strategy));
  }
}
