import { percent } from '../format.ts';
import type { EvaluationReport } from '../../views/evaluation.ts';
import { Table } from '../Table.tsx';

/** Statistics by difficulty and by length of the response. */
export function ShareTables({ report }: { report: EvaluationReport }) {
  const { by_difficulty: bands, by_length: lengths, difficulty, samples, length_unit: unit } = report;
  return (
    <div className="cards">
      <section className="card" aria-label="By difficulty">
        <h3 className="card-title">
          By difficulty
          <small>{difficulty === 'data' ? 'as the problems say' : 'by the share of correct responses'}</small>
        </h3>
        <Table testId="evaluate-difficulty" heads={['band', 'problems', 'greedy', `avg@${samples}`, `pass@${samples}`]}>
          {Object.entries(bands).map(([band, own]) => (
            <tr key={band}>
              <th scope="row">{band}</th>
              <td>{own.problems}</td>
              <td title={rangeText(own.intervals.greedy)}>{own.greedy === null ? '–' : percent(own.greedy)}</td>
              <td title={rangeText(own.intervals['avg@k'])}>{percent(own['avg@k'])}</td>
              <td title={rangeText(own.intervals['pass@k'][samples])}>{percent(own['pass@k'][samples] ?? NaN)}</td>
            </tr>
          ))}
        </Table>
      </section>
      <section className="card" aria-label="By length">
        <h3 className="card-title">
          By length
          <small>{unit} of sampled responses</small>
        </h3>
        <Table testId="evaluate-length" heads={[unit, 'responses', 'correct', 'interval']}>
          {Object.entries(lengths).map(([range, { responses, correct, interval }]) => (
            <tr key={range}>
              <th scope="row">{range.replace('-', '–')}</th>
              <td>{responses}</td>
              <td>{percent(correct)}</td>
              <td>{rangeText(interval)}</td>
            </tr>
          ))}
        </Table>
      </section>
    </div>
  );
}

const rangeText = (interval: readonly [number, number] | null | undefined): string =>
  interval ? `${percent(interval[0])} to ${percent(interval[1])}` : '';
