import { NativeSelect, Textarea } from '@mantine/core';
import type { DataDraft } from '../../store/data-recipe.ts';
import { useData } from '../../store/data-store.ts';

/** How a prompt is written around a problem. */
export function PromptFields({ draft }: { draft: DataDraft }) {
  const { edit } = useData.getState();
  const preview = useData((data) => (data.preview?.ok ? data.preview.value : undefined));
  const chat = draft.format === 'chat' || (draft.format === undefined && preview?.chat === true);
  const { format, template = '', system = '', columns } = draft;
  const usual =
    chat || columns.completion !== undefined || columns.messages !== undefined ? '{prompt}' : '{prompt}\u21b5';
  return (
    <section className="card" aria-label="Prompt">
      <h3 className="card-title">Prompt</h3>
      <NativeSelect
        size="xs"
        label="Prompt format"
        value={format ?? ''}
        data={[
          { value: '', label: preview ? `automatic: ${preview.chat ? 'chat' : 'text'}` : 'automatic' },
          { value: 'text', label: 'text' },
          { value: 'chat', label: 'chat' },
        ]}
        onChange={(event) => {
          const { value } = event.currentTarget;
          if (value === '') edit({}, 'format');
          else edit({ format: value as 'text' | 'chat' });
        }}
      />
      <Textarea
        size="xs"
        mt={6}
        autosize
        minRows={2}
        maxRows={6}
        label="Prompt template"
        placeholder={usual}
        value={template}
        error={template !== '' && !template.includes('{') ? 'Expected {prompt} or a column in braces.' : undefined}
        onChange={(event) => edit({ template: event.currentTarget.value })}
      />
      <Textarea
        size="xs"
        mt={6}
        autosize
        minRows={1}
        maxRows={6}
        label="System message"
        placeholder={chat ? 'none' : 'only in the chat format'}
        disabled={!chat}
        value={system}
        onChange={(event) => edit({ system: event.currentTarget.value })}
      />
      <p className="hint">
        {'{prompt}'} stands for the problem, {'{column}'} for another column of its row.
      </p>
    </section>
  );
}
