import { Aside } from '../Aside.tsx';
import { SweepFigure } from '../figures/SweepFigure.tsx';
import { Lesson } from '../Lesson.tsx';
import { EVIDENCE } from '../sweep-evidence.ts';

export function EvidenceLesson() {
  return (
    <Lesson id="evidence">
      <p>
        Is GPPO better than PPO? Three comparisons ship with the project, made with its command line on the addition
        model of 0.1M parameters. Each rule of a comparison starts from the same checkpoint, and a seed gives all of
        them the same prompts and sampling seeds. Accuracy is on 512 held-out sums, two sampled answers each; intervals
        are over seeds, and those of the differences are widened for the number of comparisons.
      </p>
      {EVIDENCE.map((one) => (
        <SweepFigure key={one.id} evidence={one} />
      ))}
      <h3>What this does not say</h3>
      <p>
        One small model, one task whose answers are four tokens, rewards of 0 and 1, at most 40 steps. The paper’s claim
        is about large models, long chains of thought and a learning rate of 1e−6; it is neither confirmed nor refuted
        here. In the second regime greedy accuracy is alike for both, and the faster learner is also the one whose
        entropy has fallen further. Both regimes were found by trying other settings first.
      </p>
      <Aside title="What carries over is the mechanism.">
        Which tokens leave the band, what weight their gradient keeps, and what that does to entropy: that you can watch
        token by token, here and in a large run.
      </Aside>
      <p>
        That the low side alone is to blame for the collapse is a reading of the two rules’ weights. These seeds did not
        test it. You can:
      </p>
    </Lesson>
  );
}
