import { learnAddress } from '../../../store/learn-store.ts';
import { Aside } from '../Aside.tsx';
import { SweepFigure } from '../figures/SweepFigure.tsx';
import { Lesson } from '../Lesson.tsx';
import { LEARN_PAGES } from '../lesson-list.ts';
import { EVIDENCE } from '../sweep-evidence.ts';

export function EvidenceLesson() {
  return (
    <Lesson id="evidence">
      <p>
        Is GPPO better than PPO? The project includes three sweeps, run with its command line on the 0.1M-parameter
        addition model. All strategies of a sweep start from the same checkpoint; runs with the same seed have the same
        prompts and sampling seeds. Accuracy is on 512 held-out sums with two sampled responses each. Intervals are over
        seeds; those of the differences are corrected for the number of comparisons.
      </p>
      {EVIDENCE.map((one) => (
        <SweepFigure key={one.id} evidence={one} />
      ))}
      <p>
        Eight claims of the papers, each with fresh seeds and a verdict, are on{' '}
        <a href={learnAddress('claims')}>{LEARN_PAGES.claims}</a>.
      </p>
      <h3>What this does not show</h3>
      <p>
        These sweeps use one small model, one task with four-token answers, rewards of 0 and 1, and at most 40 steps.
        The paper’s claim concerns large models, long chains of thought and a learning rate of 1e−6; these results
        neither confirm nor refute it. In the second regime greedy accuracy is similar for both, and the strategy that
        learns faster also has the lower entropy. Both regimes were found after trying other settings.
      </p>
      <Aside title="The mechanism is the same in a large run.">
        Which tokens leave the clip range, what gradient weight they keep, and what that does to entropy: you can
        observe each of these here and in a large run.
      </Aside>
      <p>
        The weights of the two strategies suggest that the low side alone causes the collapse. These sweeps did not test
        that. You can:
      </p>
    </Lesson>
  );
}
