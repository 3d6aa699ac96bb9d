import { changeTitle, greedySentence, sampledSentence, STAGE_TITLES } from '../../report/report-text.ts';
import type { RunReport, StageReport } from '../../report/run-report.ts';
import { percent } from '../format.ts';
import { Table } from '../Table.tsx';
import { STAGE_COLORS } from './stage-colors.ts';

/** Every statistic of every stage with its interval, and what changed from stage to stage. */
export function AccuracyCard({ report }: { report: RunReport }) {
  const { stages, changes, level } = report;
  return (
    <section className="card wide" aria-label="Accuracy before and after" data-testid="report-accuracy">
      <h3 className="card-title">
        Accuracy before and after
        <small>{percent(level, 0)} intervals over problems</small>
      </h3>
      <Table
        className="report-accuracy"
        heads={[
          'statistic',
          ...stages.map(({ stage, step }) => (
            <span key={stage}>
              <i className="swatch" style={{ background: STAGE_COLORS[stage] }} />
              {STAGE_TITLES[stage]}
              <span className="aside"> {step === 1 ? '1 step' : `${step} steps`}</span>
            </span>
          )),
        ]}
      >
        {statistics(report).map(({ name, help, of }) => (
          <tr key={name} data-statistic={name}>
            <th scope="row" title={help}>
              {name}
            </th>
            {stages.map(({ stage, evaluation }) => {
              const { value, interval } = of(evaluation);
              return (
                <td key={stage}>
                  <b>{typeof value === 'number' ? percent(value) : '–'}</b>
                  {interval && (
                    <div className="aside">
                      <span>{percent(interval[0])}</span> to <span>{percent(interval[1])}</span>
                    </div>
                  )}
                </td>
              );
            })}
          </tr>
        ))}
      </Table>
      <ul className="report-changes">
        {changes.map((change) => (
          <li key={changeTitle(change)}>
            <b>{changeTitle(change)}.</b> {greedySentence(change)} {sampledSentence(change)}
          </li>
        ))}
      </ul>
    </section>
  );
}

interface Statistic {
  name: string;
  help: string;
  of: (evaluation: StageReport['evaluation']) => {
    value: number | null | undefined;
    interval: readonly [number, number] | null | undefined;
  };
}

function statistics({ asked: { samples } }: RunReport): Statistic[] {
  return [
    {
      name: 'greedy',
      help: 'Share of problems whose greedy response is correct.',
      of: ({ greedy, intervals }) => ({ value: greedy, interval: intervals.greedy }),
    },
    {
      name: `avg@${samples}`,
      help: 'Mean over problems of the share of correct samples.',
      of: (one) => ({ value: one['avg@k'], interval: one.intervals['avg@k'] }),
    },
    ...(samples > 1
      ? [
          {
            name: `pass@${samples}`,
            help: 'Share of problems with at least one correct sample.',
            of: (one: StageReport['evaluation']) => ({
              value: one['pass@k'][samples],
              interval: one.intervals['pass@k'][samples],
            }),
          },
          {
            name: `maj@${samples}`,
            help: 'Expected accuracy of a majority vote over the final answers of the samples.',
            of: (one: StageReport['evaluation']) => ({ value: one['maj@k'], interval: one.intervals['maj@k'] }),
          },
        ]
      : []),
  ];
}
