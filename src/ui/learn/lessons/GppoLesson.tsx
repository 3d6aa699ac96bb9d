import { Aside } from '../Aside.tsx';
import { Formula } from '../Formula.tsx';
import { GppoFigure } from '../figures/GppoFigure.tsx';
import { StrategiesFigure } from '../figures/StrategiesFigure.tsx';
import { Lesson } from '../Lesson.tsx';
import { Term } from '../Term.tsx';

export function GppoLesson() {
  return (
    <Lesson id="gppo">
      <p>
        PPO throws away the gradient of a clipped token. Without clipping it grows with r. GPPO, from the{' '}
        <a href="https://arxiv.org/abs/2508.07629">Klear-Reasoner paper</a>, takes the middle: the value of the
        surrogate stays PPO’s, but the gradient is let through the bound. With sg for “treated as a constant”:
      </p>
      <Formula
        tex={String.raw`J = \min\Bigl(r A,\ \operatorname{clip}\bigl(r,\ \tfrac{\beta_1\,\mathrm{lo}}{\operatorname{sg}(r)}\,r,\ \tfrac{\beta_2\,\mathrm{hi}}{\operatorname{sg}(r)}\,r\bigr)A\Bigr)`}
      />
      <p>
        Here lo = 1 − ε low and hi = 1 + ε high. The bound’s value is β₂ hi, because r / sg(r) is 1; but r / sg(r) still
        has a slope. What is left of a clipped token’s gradient has the <Term id="gradient-weight">weight</Term>
      </p>
      <Formula
        tex={String.raw`w = \beta_2\,\mathrm{hi}\ \ (A>0,\ r>\mathrm{hi}), \qquad w = \beta_1\,\mathrm{lo}\ \ (A<0,\ r<\mathrm{lo}), \qquad w = r\ \ \text{else}`}
      />
      <GppoFigure />
      <p>
        The two strengths do different things. <Term id="beta">β₂</Term> keeps good tokens growing that were improbable:
        larger, it holds <Term id="entropy">entropy</Term> up. β₁ keeps pushing bad tokens down: larger, it lets entropy
        fall faster. <a href="https://arxiv.org/abs/2509.20712">CE-GPPO</a> sets them apart, with β₁ 0.75 or 0.5.
      </p>
      <StrategiesFigure />
      <Aside title="Below the band, bounded is not small.">
        At r = 0.1, no clipping gives a bad token the weight 0.1. GPPO gives it β₁ lo = 0.8, for as long as the rollout
        is used. Take “no clipping” beside it, set the learning rate to 1, and compare the entropies after twelve
        updates.
      </Aside>
      <Aside title="Losses are not comparable across β.">
        For β other than 1 the value jumps at the bound. Compare rewards, not pg_loss.
      </Aside>
      <Aside title="A relative.">
        CISPO bounds the weight to [lo, hi] whatever the sign of A. GPPO is CISPO in the two clipped zones and PPO
        everywhere else.
      </Aside>
    </Lesson>
  );
}
