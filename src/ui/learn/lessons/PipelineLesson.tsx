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
        . First <Term id="sft">SFT</Term>: imitate worked solutions, until the model is right often enough that a group
        of eight has something to compare. Then RL: let it write, verify, and push.
      </p>
      <PipelineFigure />
      <p>
        On data the paper’s finding is that few good sources beat many. Trained on the best one, two, four, six, eight
        or ten of its math sources, the model solved 40.8, 37.7, 37.3, 34.0, 29.4 and 30.4 % of AIME24. Filtering
        solutions for correctness helped on easy problems and hurt on hard ones.
      </p>
      <p>
        In RL a little of SFT stays. The <Term id="positive-lm">positive LM loss</Term> is the mean negative
        log-likelihood of those responses in the rollout that got reward 1, added with a factor α:
      </p>
      <Formula
        tex={String.raw`\mathcal{L} \;=\; \mathcal{L}_{\mathrm{GPPO}} \;+\; \alpha\,\mathcal{L}_{\mathrm{LM}}, \qquad \mathcal{L}_{\mathrm{LM}} = -\operatorname*{mean}_{t:\ \text{reward } 1}\ \log\pi(y_t)`}
      />
      <p>
        Its gradient has no ratio in it, so no clip rule touches it: right answers are pulled up even where they are
        clipped. The paper reports α = 0.1 as the best of 0, 0.05, 0.1 and 0.2.
      </p>
      <Aside title="What the miniature is for.">
        It has the stages and the rules of the original, at a size that trains in a tab. That a setting helps here does
        not say that it helps an 8B model, nor the other way round.
      </Aside>
    </Lesson>
  );
}
