import { allBands, type SftSourceView } from '../../../views/sft.ts';

/** What a teacher's rows are, by difficulty band, with its first traces as examples. */
export function TaughtRows({ source, id }: { source: SftSourceView; id: string }) {
  const { bands = [], traces = [], name } = source;
  const rows = bands.length > 1 ? [...bands, { name: 'all', ...allBands(bands) }] : bands;
  return (
    <>
      <table className="taught" data-testid={`${id}-bands`} aria-label={`Traces of ${name}`}>
        <thead>
          <tr>
            <th scope="col">Band</th>
            <th scope="col">Rows</th>
            <th scope="col">Correct</th>
            <th scope="col">Tokens</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((band) => (
            <tr key={band.name}>
              <th scope="row">{band.name}</th>
              <td>{band.rows.toLocaleString('en')}</td>
              <td>{(100 * band.correct).toFixed(0)} %</td>
              <td>{band.tokens.toFixed(1)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <ul className="taught-traces" data-testid={`${id}-traces`} aria-label={`Example traces of ${name}`}>
        {traces.map(({ prompt, completion, correct }) => (
          <li key={prompt}>
            <code>
              <span className="taught-prompt">{prompt}</span>
              {completion}
            </code>{' '}
            <span className={correct ? 'taught-correct' : 'taught-mistake'}>{correct ? 'correct' : 'incorrect'}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
