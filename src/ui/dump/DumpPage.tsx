import './dump.css';
import { Progress } from '@mantine/core';
import { useDump } from '../../store/dump-store.ts';
import { CompareModes } from '../compare/CompareModes.tsx';
import { bytes } from '../format.ts';
import { MainColumn } from '../MainColumn.tsx';
import { WorkColumns } from '../WorkColumns.tsx';
import { DumpCharts } from './DumpCharts.tsx';
import { DumpResponses } from './DumpResponses.tsx';
import { DumpSettings } from './DumpSettings.tsx';
import { DumpSteps } from './DumpSteps.tsx';
import { DumpTable } from './DumpTable.tsx';

/** Tokens that a trainer on a cluster has dumped: any strategy on them, without a model. */
export function DumpPage() {
  const { facts, reading, error } = useDump();
  return (
    <WorkColumns className="page two-columns" name="Token dump" jump="File and strategies" side={<DumpSettings />}>
      <MainColumn label="Token dump" className="dump">
        <CompareModes />
        {error && (
          <p className="note warning" role="alert" data-testid="dump-error">
            {error.message} {error.advice}
          </p>
        )}
        {reading && (
          <div className="note" role="status" data-testid="dump-reading">
            Reading {reading.name}: {Math.round(100 * reading.share)} %
            <Progress value={100 * reading.share} mt={6} aria-label={`Reading ${reading.name}`} />
          </div>
        )}
        {!facts && !reading && <Welcome />}
        {facts && (
          <>
            <p className="note" data-testid="dump-facts">
              {facts.name} ({bytes(facts.bytes)}): {facts.tokens.toLocaleString('en')} tokens of{' '}
              {facts.responses.toLocaleString('en')} responses in {facts.steps.length}{' '}
              {facts.steps.length === 1 ? 'step' : 'steps'}.
            </p>
            <Faults />
            <DumpSteps steps={facts.steps} />
            <DumpTable />
            <DumpCharts />
            <DumpResponses />
          </>
        )}
      </MainColumn>
    </WorkColumns>
  );
}

function Faults() {
  const faults = useDump(({ facts }) => facts?.faults);
  if (!faults || faults.count === 0) return null;
  return (
    <div className="note warning" role="alert" data-testid="dump-faults">
      {faults.count} {faults.count === 1 ? 'row was' : 'rows were'} left out:
      <ul className="dump-faults">
        {faults.list.map((fault) => (
          <li key={fault}>{fault}</li>
        ))}
      </ul>
    </div>
  );
}

function Welcome() {
  return (
    <div className="card card-empty race-welcome" data-testid="no-dump">
      <div>
        <p>
          <b>What would another strategy have done on the cluster?</b>
        </p>
        <p>
          Open the tokens of a verl or TRL run: step, old and new log-probs and advantages, as JSONL or Parquet. Every
          strategy then shows its zones, its gradient weights and its preserved gradient on them, at the level of
          log-probs: there is no model. An exported recipe contains the callback that writes such a file.
        </p>
      </div>
    </div>
  );
}
