import { Aside } from '../Aside.tsx';
import { Formula } from '../Formula.tsx';
import { ClipFigure } from '../figures/ClipFigure.tsx';
import { Lesson } from '../Lesson.tsx';
import { Term } from '../Term.tsx';

export function ClipLesson() {
  return (
    <Lesson id="clip">
      <p>
        PPO bounds how far a rollout can carry the policy. It takes the smaller of two{' '}
        <Term id="surrogate">surrogates</Term>, one with the ratio as it is, one with the ratio held inside a{' '}
        <Term id="band">band</Term>:
      </p>
      <Formula
        tex={String.raw`J \;=\; \min\bigl(\,r A,\;\operatorname{clip}(r,\,1-\varepsilon_{\mathrm{low}},\,1+\varepsilon_{\mathrm{high}})\,A\,\bigr)`}
      />
      <p>
        Outside the band, on the side to which A pushes, the second one wins. It does not depend on r any more: the
        curve is flat, and a flat curve has no gradient. Every rule of this family can be written with a{' '}
        <Term id="gradient-weight">gradient weight</Term> w, and w is all they differ in:
      </p>
      <Formula
        tex={String.raw`\nabla J = w\,A\,\nabla\log\pi(y), \qquad w_{\mathrm{PPO}} = \begin{cases} 0 & A>0,\ r>1+\varepsilon_{\mathrm{high}}\\ 0 & A<0,\ r<1-\varepsilon_{\mathrm{low}}\\ r & \text{else}\end{cases}`}
      />
      <ClipFigure />
      <p>
        The two sides are not alike. A good token that has grown is clipped; a good token that has <em>shrunk</em> is
        not, for its gradient leads back. The minimum is pessimistic: it drops a gain that goes too far, never a loss.
      </p>
      <Aside title="A clipped token is not held in place.">
        Its own gradient is 0, but it still moves: other tokens’ gradients change the same weights. And nothing pulls it
        back to the bound.
      </Aside>
      <Aside title="A wider band above.">
        DAPO’s “clip-higher” sets ε high apart, usually to 0.28. A token of probability 0.01 reaches the bound of 1.2 at
        0.012 already: a symmetric band holds rare tokens down most.
      </Aside>
    </Lesson>
  );
}
