import { Aside } from '../Aside.tsx';
import { Formula } from '../Formula.tsx';
import { PipelineFigure } from '../figures/PipelineFigure.tsx';
import { Lesson } from '../Lesson.tsx';
import { Term } from '../Term.tsx';

export function PipelineLesson() {
  return (
    <Lesson id="pipeline">
      <p>
        GPPO was introduced as one part of a <a href="https://arxiv.org/abs/2508.07629">recipe for a reasoning model</a>
        . The first stage is <Term id="sft">SFT</Term> on worked solutions, until the model is correct often enough that
        a group of eight responses has different rewards. The second stage is RL: sample, verify, update.
      </p>
      <PipelineFigure />
      <p>
        On data, the paper finds that a few good sources are better than many. Trained on the best one, two, four, six,
        eight or ten of its math sources, the model solved 40.8, 37.7, 37.3, 34.0, 29.4 and 30.4 % of AIME24. Filtering
        solutions for correctness helped on easy problems and hurt on hard ones.
      </p>
      <p>
        RL keeps a small SFT term. The <Term id="positive-lm">positive LM loss</Term> is the mean negative
        log-likelihood of the correct responses in the rollout, added with coefficient α:
      </p>
      <Formula
        tex={String.raw`\mathcal{L} \;=\; \mathcal{L}_{\mathrm{GPPO}} \;+\; \alpha\,\mathcal{L}_{\mathrm{LM}}, \qquad \mathcal{L}_{\mathrm{LM}} = -\operatorname*{mean}_{t:\ \text{correct}}\ \log\pi(y_t)`}
      />
      <p>
        Its gradient does not contain the ratio, so no strategy clips it: it raises correct responses even where the
        policy gradient is clipped. The paper reports α = 0.1 as the best of 0, 0.05, 0.1 and 0.2.
      </p>
      <Aside title="What the small version is for.">
        It has the stages and the strategies of the original, at a size that trains in a browser tab. A setting that
        helps here may not help an 8B model, and the reverse.
      </Aside>
    </Lesson>
  );
}
