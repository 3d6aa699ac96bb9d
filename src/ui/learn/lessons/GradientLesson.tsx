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
        A language model that answers questions is a <Term id="policy">policy</Term>: for every next token it has a
        probability π. Let it write several <Term id="response">responses</Term> to the same prompt. A verifier gives
        each a <Term id="reward">reward</Term>: here 1 for a right sum, 0 for a wrong one.
      </p>
      <p>
        A reward means little by itself: on an easy prompt everything is right. So it is compared with the rest of its{' '}
        <Term id="group">group</Term>. The <Term id="advantage">advantage</Term> A is the reward minus the group’s mean,
        divided by the group’s standard deviation.
      </p>
      <GroupFigure />
      <p>
        Learning then takes one line. Raise the <Term id="logprob">log-probability</Term> of every token of a good
        response, lower that of every token of a bad one, each by its A:
      </p>
      <Formula tex={String.raw`\nabla J \;=\; \sum_t A\,\nabla \log \pi(y_t)`} />
      <p>
        Probabilities add up to 1, so what is pushed at one token is taken from the others. For a softmax the push on
        the logit of answer j is A(1[j = y] − π<sub>j</sub>), with y the answer that was drawn:
      </p>
      <PushFigure />
      <Aside title="A group that agrees teaches nothing.">
        If all its responses are right, or all wrong, every A is 0. The recipe’s “Drop equal groups” leaves them out.
        Problems that are too easy or too hard cost time and give no gradient.
      </Aside>
    </Lesson>
  );
}
