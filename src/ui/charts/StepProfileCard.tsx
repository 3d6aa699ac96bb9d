import { Button } from '@mantine/core';
import { largestPhase, megabytesText } from '../../views/memory.ts';
import { STEP_PARTS, type StepKernel, type StepPart, type StepProfile } from '../../views/step-profile.ts';
import { useProfile } from '../../store/profile-store.ts';
import { useRun } from '../../store/run-store.ts';
import { compact, percent } from '../format.ts';
import { MemoryParts } from '../MemoryParts.tsx';
import { Table } from '../Table.tsx';

/** Kernels listed by name; the others are summed in one row. */
const LISTED = 12;

const PART_COLORS: Record<StepPart, string> = {
  rollout: 'var(--series-1)',
  'old log-probs': 'var(--series-5)',
  updates: 'var(--series-3)',
};

/** Kernels of one step by time, measured on demand. */
export function StepProfileCard() {
  const { profile, busy, error, measure } = useProfile();
  const idle = useRun(
    (run) => run.frame !== undefined && run.held && ['paused', 'finished', 'stopped'].includes(run.state),
  );
  const activity = useRun((run) => run.frame?.activity);
  if (!idle && !profile) return null;
  return (
    <section className="card wide" aria-label="Kernel times" data-testid="profile">
      <h3 className="card-title">
        Kernel times
        <small>
          {profile && `${compact(profile.milliseconds)} ms in kernels per step, measured by ${profile.method}`}
        </small>
      </h3>
      <div className="profile-bar">
        <Button
          size="compact-xs"
          variant="light"
          loading={busy}
          disabled={!idle}
          data-testid="measure"
          onClick={() => void measure()}
        >
          {profile ? 'Measure again' : 'Measure one step'}
        </Button>
        {profile && (
          <Button
            size="compact-xs"
            variant="default"
            disabled={busy}
            onClick={() => useProfile.setState({ profile: undefined })}
          >
            Hide
          </Button>
        )}
        <span className="hint">
          {busy ? activity : 'Times each kernel of one step on a copy. The run is not changed.'}
        </span>
      </div>
      {error && (
        <p className="note warning" role="alert">
          {error.message} {error.advice}
        </p>
      )}
      {profile && <ProfileView profile={profile} />}
    </section>
  );
}

function ProfileView({ profile }: { profile: StepProfile }) {
  const { kernels, milliseconds, choices, memory } = profile;
  const rest = kernels.slice(LISTED);
  const sum = (list: readonly StepKernel[]) => list.reduce((total, kernel) => total + kernel.milliseconds, 0);
  const parts = STEP_PARTS.map((part) => ({ part, ms: sum(kernels.filter((kernel) => kernel.part === part)) })).filter(
    ({ ms }) => ms > 0,
  );
  const phase = largestPhase(memory);
  return (
    <>
      <div
        className="profile-parts"
        role="img"
        aria-label={parts.map(({ part, ms }) => `${part} ${percent(ms / milliseconds, 0)}`).join(', ')}
      >
        {parts.map(({ part, ms }) => (
          <i key={part} style={{ width: `${(100 * ms) / milliseconds}%`, background: PART_COLORS[part] }} />
        ))}
      </div>
      <ul className="legend">
        {parts.map(({ part, ms }) => (
          <li key={part}>
            <i style={{ background: PART_COLORS[part] }} />
            {part} {percent(ms / milliseconds, 0)}
          </li>
        ))}
      </ul>
      <Table className="profile-table" heads={['kernel', 'share', 'ms', 'calls', 'G multiply-adds/s']}>
        {kernels.slice(0, LISTED).map(({ part, label, calls, milliseconds: ms, multiplyAdds }) => (
          <tr key={`${part} ${label}`}>
            <th scope="row">
              <i className="swatch" style={{ background: PART_COLORS[part] }} />
              {label}
            </th>
            <td>
              <span className="profile-share" style={{ width: `${(60 * ms) / (kernels[0]?.milliseconds ?? 1)}px` }} />
              {percent(ms / milliseconds)}
            </td>
            <td>{compact(ms)}</td>
            <td>{calls.toLocaleString('en')}</td>
            <td>{multiplyAdds === undefined ? '\u2013' : (multiplyAdds / 1e9).toFixed(2)}</td>
          </tr>
        ))}
        {rest.length > 0 && (
          <tr>
            <th scope="row">{rest.length} more</th>
            <td>{percent(sum(rest) / milliseconds)}</td>
            <td>{compact(sum(rest))}</td>
            <td>{rest.reduce((total, { calls }) => total + calls, 0).toLocaleString('en')}</td>
            <td />
          </tr>
        )}
      </Table>
      <div className="profile-more">
        <details>
          <summary>Kernels chosen for this adapter</summary>
          <dl className="facts">
            {Object.entries(choices).map(([question, choice]) => (
              <div key={question} style={{ display: 'contents' }}>
                <dt>{question}</dt>
                <dd>{choice}</dd>
              </div>
            ))}
          </dl>
        </details>
        {phase && (
          <details>
            <summary>Memory: {megabytesText(phase.total)}</summary>
            <MemoryParts phase={phase} className="facts" />
          </details>
        )}
      </div>
    </>
  );
}
