import './report.css';
import { Button, SegmentedControl } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { reportMarkdown } from '../../report/markdown.ts';
import { askedText, STAGE_TITLES } from '../../report/report-text.ts';
import { reportText, type RunReport } from '../../report/run-report.ts';
import { fileNameOf } from '../../run/run-name.ts';
import { download } from '../download.ts';
import { compact } from '../format.ts';
import { AccuracyCard } from './AccuracyCard.tsx';
import { difficultyRows, lengthRows, mistakeRows, solutionRows, type Shown } from './bar-rows.ts';
import { BarsCard } from './BarsCard.tsx';
import { PassCard } from './PassCard.tsx';
import { STAGE_COLORS } from './stage-colors.ts';
import { TurnedProblems } from './TurnedProblems.tsx';

/** The report of a run: the same held-out problems before training, after SFT and after RL. */
export function RunReportView({ report }: { report: RunReport }) {
  const [shown, setShown] = useState<Shown>('sampled');
  const { run, asked, stages } = report;
  const accuracy = shown === 'greedy' ? 'greedy accuracy' : `avg@${asked.samples}`;
  return (
    <article className="report" aria-label={`Report of ${run.name}`} data-testid="run-report">
      <header className="report-head">
        <p className="hint">
          Task {run.task}, {compact(run.parameters)} parameters. The same held-out problems at every stage:{' '}
          {askedText(report)}.
        </p>
        <div className="report-buttons">
          <SegmentedControl
            size="xs"
            aria-label="Responses"
            value={shown}
            data={[
              { value: 'sampled', label: 'Sampled' },
              { value: 'greedy', label: 'Greedy' },
            ]}
            onChange={(value) => setShown(value as Shown)}
          />
          <Export name={`${fileNameOf(run.name)}-report.json`} text={() => reportText(report)}>
            Export report.json
          </Export>
          <Export name={`${fileNameOf(run.name)}-report.md`} text={() => reportMarkdown(report)}>
            Export report.md
          </Export>
        </div>
        <ul className="legend">
          {stages.map(({ stage }) => (
            <li key={stage}>
              <i style={{ background: STAGE_COLORS[stage] }} />
              {STAGE_TITLES[stage]}
            </li>
          ))}
          <li>lines across bars: intervals over problems</li>
        </ul>
      </header>
      <div className="report-cards">
        <AccuracyCard report={report} />
        <div className="report-column">
          <PassCard report={report} />
          <BarsCard
            name="difficulty"
            title="By difficulty"
            subtitle={accuracy}
            rows={difficultyRows(report, shown)}
            empty="The data names no difficulty of its problems."
            run={run.name}
          />
          <BarsCard
            name="solution-length"
            title="By length of the solution"
            subtitle={accuracy}
            rows={solutionRows(report, shown)}
            empty="The data has no worked solutions."
            run={run.name}
          />
          <BarsCard
            name="lengths"
            title="Length of the responses"
            subtitle="share of the sampled responses"
            rows={lengthRows(report)}
            empty=""
            run={run.name}
          />
        </div>
        <div className="report-column">
          <BarsCard
            name="mistakes"
            title="Kinds of mistakes"
            subtitle={`share of all ${shown} responses`}
            rows={mistakeRows(report, shown)}
            empty="No response is incorrect."
            run={run.name}
          />
        </div>
        <TurnedProblems report={report} />
      </div>
    </article>
  );
}

function Export({ name, text, children }: { name: string; text: () => string; children: string }) {
  return (
    <Button
      size="compact-xs"
      variant="default"
      leftSection={<IconDownload size={13} aria-hidden />}
      onClick={() => download(name, text())}
    >
      {children}
    </Button>
  );
}
