import './correct-mark.css';

/** Whether a response is correct, as a sign and a word rather than by colour alone. */
export function CorrectMark({ correct }: { correct: boolean }) {
  return (
    <span className={correct ? 'correct-mark yes' : 'correct-mark no'} data-correct={correct}>
      <span aria-hidden>{correct ? '✓' : '✗'}</span> {correct ? 'correct' : 'incorrect'}
    </span>
  );
}
