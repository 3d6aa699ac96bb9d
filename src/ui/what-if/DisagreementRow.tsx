import { signed } from '../format.ts';

interface DisagreementRowProps {
  prompt: string;
  /** The response, token by token. */
  texts: readonly string[];
  /** The token on which strategies differ, as an index of `texts`. */
  token: number;
  ratio: number;
  advantage: number;
  /** Gradient weight under each strategy. */
  weights: readonly number[];
}

/** A token on which strategies disagree, in its response, with its weight under each. */
export function DisagreementRow({ prompt, texts, token, ratio, advantage, weights }: DisagreementRowProps) {
  return (
    <tr>
      <th scope="row" className="mono">
        <span className="aside">{prompt}</span>
        {texts.map((text, t) => (t === token ? <mark key={t}>{text}</mark> : <span key={t}>{text}</span>))}
      </th>
      <td>{ratio.toFixed(2)}</td>
      <td>{signed(advantage)}</td>
      {weights.map((weight, s) => (
        <td key={s} className={weight === 0 ? 'zero' : undefined}>
          {Number.isFinite(weight) ? weight.toFixed(2) : '–'}
        </td>
      ))}
    </tr>
  );
}
