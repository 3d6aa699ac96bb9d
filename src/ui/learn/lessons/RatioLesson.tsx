import { Aside } from '../Aside.tsx';
import { Formula } from '../Formula.tsx';
import { RatioFigure } from '../figures/RatioFigure.tsx';
import { Lesson } from '../Lesson.tsx';
import { Term } from '../Term.tsx';

export function RatioLesson() {
  return (
    <Lesson id="ratio">
      <p>
        Sampling is slow: responses are generated one token at a time. So a <Term id="rollout">rollout</Term> is used
        for several updates: it is split into <Term id="minibatch">minibatches</Term>, one update each, and reused for
        several <Term id="epoch">epochs</Term>. After the first update, the policy that is trained differs from the
        policy that sampled the rollout: training is <Term id="off-policy">off-policy</Term>.
      </p>
      <p>
        The <Term id="ratio">ratio</Term> measures the difference for each token: its probability under the current
        policy, divided by its probability when it was sampled.
      </p>
      <Formula
        tex={String.raw`r_t \;=\; \frac{\pi(y_t)}{\pi_{\mathrm{old}}(y_t)} \qquad\qquad \nabla J \;=\; \sum_t r_t\,A\,\nabla \log \pi(y_t)`}
      />
      <p>
        The r in the gradient corrects for this: a token that is now twice as probable counts twice. This is{' '}
        <Term id="importance-sampling">importance sampling</Term>. It corrects for the token, but not for the text
        before it, so it is accurate only while the two policies are close. As they diverge, a few tokens with large
        ratios dominate the gradient.
      </p>
      <RatioFigure />
      <p>
        Move the first slider. The correct answer rises above the clip range; the incorrect answers fall below it.
        Larger or more updates move them further.
      </p>
      <Aside title="“Why is my clip ratio always 0?”">
        This is the most common question about PPO and GRPO code. With one update per rollout (one minibatch, one
        epoch), r is exactly 1 for every token. Nothing is clipped, and all clip strategies are identical. The recipe
        panel answers “will clipping ever fire?” before the run.
      </Aside>
    </Lesson>
  );
}
