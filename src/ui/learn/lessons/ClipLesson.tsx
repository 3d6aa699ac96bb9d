import { Aside } from '../Aside.tsx';
import { Formula } from '../Formula.tsx';
import { ClipFigure } from '../figures/ClipFigure.tsx';
import { Lesson } from '../Lesson.tsx';
import { Term } from '../Term.tsx';

export function ClipLesson() {
  return (
    <Lesson id="clip">
      <p>
        PPO limits how far one rollout can move the policy. It takes the smaller of two{' '}
        <Term id="surrogate">surrogates</Term>: one with the ratio r, one with the ratio clipped to the{' '}
        <Term id="clip-range">clip range</Term>.
      </p>
      <Formula
        tex={String.raw`J \;=\; \min\bigl(\,r A,\;\operatorname{clip}(r,\,1-\varepsilon_{\mathrm{low}},\,1+\varepsilon_{\mathrm{high}})\,A\,\bigr)`}
      />
      <p>
        Outside the clip range, in the direction A pushes, the clipped surrogate is the smaller one. It no longer
        depends on r: the curve is flat, so its gradient is 0. The gradient of every strategy of this family has the
        same form. Only the <Term id="gradient-weight">gradient weight</Term> w differs:
      </p>
      <Formula
        tex={String.raw`\nabla J = w\,A\,\nabla\log\pi(y), \qquad w_{\mathrm{PPO}} = \begin{cases} 0 & A>0,\ r>1+\varepsilon_{\mathrm{high}}\\ 0 & A<0,\ r<1-\varepsilon_{\mathrm{low}}\\ r & \text{else}\end{cases}`}
      />
      <ClipFigure />
      <p>
        Clipping is one-sided. A token with A&nbsp;&gt;&nbsp;0 is clipped when its ratio rises above the range, but not
        when it <em>falls</em> below: there its gradient points back into the range. The minimum is pessimistic: it
        limits gains, never losses.
      </p>
      <Aside title="A clipped token is not held in place.">
        Its own gradient is 0, but it still moves, because gradients of other tokens change the same weights. Nothing
        pulls it back to the bound.
      </Aside>
      <Aside title="A wider range above 1.">
        DAPO’s “clip-higher” sets ε high separately, usually to 0.28. A token of probability 0.01 reaches the bound 1.2
        at probability 0.012: a symmetric clip range restricts rare tokens most.
      </Aside>
    </Lesson>
  );
}
