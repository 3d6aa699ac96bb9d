import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { changeTitle } from '../../report/report-text.ts';
import type { RunReport, ShownAnswer, TurnedExample } from '../../report/run-report.ts';
import { CorrectMark } from '../rewards/CorrectMark.tsx';

/** Problems whose greedy response turned, with both responses: the first wrong part of one is marked. */
export function TurnedProblems({ report }: { report: RunReport }) {
  const { changes, examples } = report;
  const having = changes.filter((change) => examples.some((one) => isOf(one, change)));
  // The newest change first; another one when it is chosen.
  const [wanted, setWanted] = useState<number>();
  const chosen = Math.min(wanted ?? Infinity, having.length - 1);
  const change = having[chosen];
  const own = change ? examples.filter((one) => isOf(one, change)) : [];
  return (
    <section className="card wide" aria-label="Problems that turned" data-testid="report-examples">
      <h3 className="card-title">
        Problems that turned
        <small>greedy responses, drawn by the seed of the run</small>
      </h3>
      {having.length > 1 && (
        <SegmentedControl
          size="xs"
          aria-label="Change"
          value={String(chosen)}
          data={having.map((one, i) => ({ value: String(i), label: changeTitle(one) }))}
          onChange={(value) => setWanted(Number(value))}
        />
      )}
      {!change && <p className="hint">No greedy response turned from correct to incorrect, or the other way round.</p>}
      <div className="report-turned">
        <Direction title="Turned correct" examples={own.filter(({ after }) => after.correct)} change={change} />
        <Direction title="Turned incorrect" examples={own.filter(({ before }) => before.correct)} change={change} />
      </div>
    </section>
  );
}

type Change = RunReport['changes'][number];

const isOf = (example: TurnedExample, change: Change): boolean =>
  example.from === change.from && example.to === change.to;

function Direction({
  title,
  examples,
  change,
}: {
  title: string;
  examples: readonly TurnedExample[];
  change: Change | undefined;
}) {
  if (!change) return null;
  const { gained, lost } = change.greedy;
  const all = title === 'Turned correct' ? gained : lost;
  return (
    <div>
      <h4 className="section-title">
        {title}: {all}
        {examples.length < all && `, ${examples.length} of them shown`}
      </h4>
      {examples.map((example) => (
        <Example key={example.problem} example={example} />
      ))}
    </div>
  );
}

function Example({ example: { prompt, answer, difficulty, before, after } }: { example: TurnedExample }) {
  return (
    <article className="report-example">
      <p>
        <span className="report-text">{prompt}</span>{' '}
        <span className="aside">
          answer <span className="report-text">{answer}</span>
          {difficulty !== undefined && `, ${difficulty}`}
        </span>
      </p>
      <Answer name="before" answer={before} />
      <Answer name="after" answer={after} />
    </article>
  );
}

function Answer({ name, answer: { response, cut, correct, mistake } }: { name: string; answer: ShownAnswer }) {
  const [start, end] = mistake?.at ?? [response.length, response.length];
  return (
    <p className="report-answer" data-correct={correct}>
      <span className="aside">{name}</span>
      <span className="report-text">
        {response.slice(0, start)}
        <mark>{response.slice(start, end)}</mark>
        {response.slice(end)}
        {cut && '…'}
        {response === '' && <span className="aside">(nothing)</span>}
      </span>
      <CorrectMark correct={correct} />
      {mistake && <span className="report-kind">{mistake.kind}</span>}
    </p>
  );
}
