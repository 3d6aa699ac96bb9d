import { Aside } from '../Aside.tsx';
import { Formula } from '../Formula.tsx';
import { RatioFigure } from '../figures/RatioFigure.tsx';
import { Lesson } from '../Lesson.tsx';
import { Term } from '../Term.tsx';

export function RatioLesson() {
  return (
    <Lesson id="ratio">
      <p>
        Writing responses takes time, token after token. So a <Term id="rollout">rollout</Term> is used more than once:
        it is cut into <Term id="minibatch">minibatches</Term> with an update for each, and gone over for several{' '}
        <Term id="epoch">epochs</Term>. After the first update the policy that learns is no longer the policy that
        wrote: training has become <Term id="off-policy">off-policy</Term>.
      </p>
      <p>
        How far it has moved is seen token by token, in the <Term id="ratio">ratio</Term> of a token’s probability now
        to its probability when it was drawn:
      </p>
      <Formula
        tex={String.raw`r_t \;=\; \frac{\pi(y_t)}{\pi_{\mathrm{old}}(y_t)} \qquad\qquad \nabla J \;=\; \sum_t r_t\,A\,\nabla \log \pi(y_t)`}
      />
      <p>
        The r in the gradient corrects for the difference: a token that the policy writes twice as often as before
        counts twice. This is <Term id="importance-sampling">importance sampling</Term>; it corrects for the token and
        not for the text before it, so it holds only as long as the two policies are close. Further out, a few tokens
        with large ratios decide everything.
      </p>
      <RatioFigure />
      <p>
        Move the first slider. The right answer grows out of the band upwards, the wrong ones shrink out of it
        downwards. Larger or more updates carry them further.
      </p>
      <Aside title="“Why is my clip ratio always 0?”">
        The commonest question about PPO and GRPO code. With one update a rollout, one minibatch and one epoch, r is
        exactly 1 for every token. Nothing clips, and all clip rules are the same rule. The recipe answers “will
        clipping ever fire?” before the run.
      </Aside>
    </Lesson>
  );
}
