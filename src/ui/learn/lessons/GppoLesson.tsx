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
        PPO discards the gradient of a clipped token. Without clipping, the gradient grows with r. GPPO, from the{' '}
        <a href="https://arxiv.org/abs/2508.07629">Klear-Reasoner paper</a>, is between the two: the surrogate has PPO’s
        value, but the gradient passes through the clip. Here sg is stop-gradient:
      </p>
      <Formula
        tex={String.raw`J = \min\Bigl(r A,\ \operatorname{clip}\bigl(r,\ \tfrac{\beta_1\,\mathrm{lo}}{\operatorname{sg}(r)}\,r,\ \tfrac{\beta_2\,\mathrm{hi}}{\operatorname{sg}(r)}\,r\bigr)A\Bigr)`}
      />
      <p>
        with lo = 1 − ε low and hi = 1 + ε high. The value at the upper bound is β₂ hi, because r / sg(r) is 1, but the
        derivative of r / sg(r) is not 0. A clipped token keeps a gradient of <Term id="gradient-weight">weight</Term>
      </p>
      <Formula
        tex={String.raw`w = \beta_2\,\mathrm{hi}\ \ (A>0,\ r>\mathrm{hi}), \qquad w = \beta_1\,\mathrm{lo}\ \ (A<0,\ r<\mathrm{lo}), \qquad w = r\ \ \text{else}`}
      />
      <GppoFigure />
      <p>
        The two scales have different effects. <Term id="beta">β₂</Term> keeps raising improbable tokens with
        A&nbsp;&gt;&nbsp;0: a larger β₂ keeps <Term id="entropy">entropy</Term> high. β₁ keeps lowering tokens with
        A&nbsp;&lt;&nbsp;0: a larger β₁ makes entropy fall faster.{' '}
        <a href="https://arxiv.org/abs/2509.20712">CE-GPPO</a> sets them separately, with β₁ = 0.75 or 0.5.
      </p>
      <StrategiesFigure />
      <Aside title="Below the clip range, bounded is not small.">
        At r = 0.1, no clipping gives a token with A&nbsp;&lt;&nbsp;0 the weight 0.1. GPPO gives it β₁ lo = 0.8, in
        every remaining update of the rollout. Select “no clipping” above, set the learning rate to 1, and compare the
        entropies after twelve updates.
      </Aside>
      <Aside title="Losses are not comparable across β.">
        If β is not 1, the surrogate’s value jumps at the bound. Compare rewards, not pg_loss.
      </Aside>
      <Aside title="Relation to CISPO.">
        CISPO clamps the weight to [lo, hi] for either sign of A. GPPO equals CISPO in the two clipped zones and PPO
        everywhere else.
      </Aside>
    </Lesson>
  );
}
