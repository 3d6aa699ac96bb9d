import { NativeSelect } from '@mantine/core';
import { DataColumns } from '../../data/config.ts';
import type { DataDraft } from '../../store/data-recipe.ts';
import { useData } from '../../store/data-store.ts';
import type { DataSummaryView } from '../../views/data.ts';
import { capital } from '../../views/capital.ts';

type Role = keyof DataColumns;

const ROLES: readonly { role: Role; label: string; help: string }[] = [
  { role: 'prompt', label: 'Prompt', help: 'The problem: text, or messages that end with one of the user.' },
  { role: 'messages', label: 'Messages', help: 'A whole conversation, instead of a prompt.' },
  { role: 'answer', label: 'Answer', help: 'The reference answer, which rewards compare with.' },
  { role: 'completion', label: 'Completion', help: 'The response SFT trains on, if it is not the answer.' },
  { role: 'system', label: 'System', help: 'A system message per row.' },
  { role: 'difficulty', label: 'Difficulty', help: 'Evaluation groups problems by it.' },
  { role: 'key', label: 'Key', help: 'Rows with the same key are the same problem; else the prompt decides.' },
];

/** What each column means: guessed at first, and to be changed. */
export function MappingFields({ summary, draft }: { summary: DataSummaryView; draft: DataDraft }) {
  const { columns } = draft;
  const set = (role: Role, column: string) => {
    const { [role]: _before, ...others } = columns;
    const next: Partial<DataColumns> = column === '' ? others : { ...others, [role]: column };
    // A conversation is a prompt with its response.
    if (role === 'messages' && column !== '') {
      delete next.prompt;
      delete next.completion;
    }
    if (role === 'prompt' && column !== '') delete next.messages;
    useData.getState().edit({ columns: next });
  };
  const problem = DataColumns.safeParse(columns).error?.issues[0]?.message;
  const guessed = JSON.stringify(summary.guessed) === JSON.stringify(columns);
  return (
    <section className="card" aria-label="Columns">
      <h3 className="card-title">
        Columns <small>{guessed ? 'guessed from names and contents' : 'chosen by you'}</small>
      </h3>
      <div className="data-grid">
        {ROLES.map(({ role, label, help }) => (
          <NativeSelect
            key={role}
            size="xs"
            label={label}
            title={help}
            data-testid={`data-role-${role}`}
            value={columns[role] ?? ''}
            data={[
              { value: '', label: role === 'key' ? 'none: the prompt' : 'none' },
              ...summary.paths.map((path) => ({
                value: path,
                label: summary.columns[path] ? `${path} (${summary.columns[path]})` : path,
              })),
              // A column that the file does not have stays visible.
              ...(columns[role] !== undefined && !summary.paths.includes(columns[role])
                ? [{ value: columns[role], label: `${columns[role]} (not in the file)` }]
                : []),
            ]}
            onChange={(event) => set(role, event.currentTarget.value)}
          />
        ))}
      </div>
      {problem !== undefined && (
        <p className="field-problem" role="alert">
          {capital(problem)}.
        </p>
      )}
    </section>
  );
}
