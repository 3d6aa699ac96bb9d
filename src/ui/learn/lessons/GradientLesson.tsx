import { Aside } from '../Aside.tsx';
import { Formula } from '../Formula.tsx';
import { GroupFigure } from '../figures/GroupFigure.tsx';
import { PushFigure } from '../figures/PushFigure.tsx';
import { Lesson } from '../Lesson.tsx';
import { Term } from '../Term.tsx';

export function GradientLesson() {
  return (
    <Lesson id="gradient">
      <p>
        A language model is a <Term id="policy">policy</Term>: given the text so far, it assigns a probability π to
        every possible next token. Sample several <Term id="response">responses</Term> to the same prompt. A verifier
        gives each response a <Term id="reward">reward</Term>: here 1 for a correct sum, 0 for an incorrect one.
      </p>
      <p>
        A reward alone says little: on an easy prompt every response is correct. So each reward is compared with the
        rest of its <Term id="group">group</Term>. The <Term id="advantage">advantage</Term> A is the reward minus the
        group’s mean, divided by the group’s standard deviation.
      </p>
      <GroupFigure />
      <p>
        The policy gradient then raises the <Term id="logprob">log-probability</Term> of every token of a response with
        A&nbsp;&gt;&nbsp;0 and lowers it where A&nbsp;&lt;&nbsp;0, in proportion to A:
      </p>
      <Formula tex={String.raw`\nabla J \;=\; \sum_t A\,\nabla \log \pi(y_t)`} />
      <p>
        Probabilities sum to 1, so raising one token lowers the others. For a softmax, the gradient on the logit of
        answer j is A(1[j = y] − π<sub>j</sub>), where y is the sampled answer:
      </p>
      <PushFigure />
      <Aside title="A group with equal rewards gives no gradient.">
        If all its responses are correct, or all are incorrect, every A is 0. “Filter zero-advantage groups” in the
        recipe removes such groups. Problems that are too easy or too hard cost time and give no gradient.
      </Aside>
    </Lesson>
  );
}
