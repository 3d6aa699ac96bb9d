import { Button, Group, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useRun } from '../../store/run-store.ts';
import { studioApi } from '../../store/connection.ts';
import { download } from '../download.ts';

/** With a run at rest: ask the policy something, and take it or its metrics away. */
export function RunActions() {
  const state = useRun((run) => run.state);
  const name = useRun((run) => run.running?.name ?? 'run');
  if (state !== 'paused' && state !== 'finished' && state !== 'stopped') return null;
  return (
    <section className="section">
      <h2 className="section-title">Try it, take it</h2>
      <Prompt />
      <Group gap={6} mt={8}>
        <Button variant="default" size="compact-xs" onClick={() => void saveCheckpoint(name)}>
          Save checkpoint
        </Button>
        <Button variant="default" size="compact-xs" onClick={() => void saveMetrics()}>
          Save metrics.jsonl
        </Button>
      </Group>
    </section>
  );
}

function Prompt() {
  const [prompt, setPrompt] = useState('58+67=');
  const [answer, setAnswer] = useState<string>();
  const ask = async () => {
    const result = await studioApi().generate(prompt, { temperature: 0, maxTokens: 64, seed: 0 });
    if (result.ok) setAnswer(`${prompt}${result.value.tokens.join('')}`);
    else useRun.getState().showError(result.error);
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void ask();
      }}
    >
      <Group gap={6} wrap="nowrap">
        <TextInput size="xs" flex={1} aria-label="Prompt" value={prompt} onChange={(event) => setPrompt(event.currentTarget.value)} />
        <Button type="submit" size="xs" variant="default">
          Ask
        </Button>
      </Group>
      <output className="rollout-text" data-testid="answer">
        {answer}
      </output>
    </form>
  );
}

async function saveCheckpoint(name: string): Promise<void> {
  const files = await studioApi().exportCheckpoint();
  if (!files.ok) useRun.getState().showError(files.error);
  else for (const { path, data } of files.value) download(`${name}-${path}`.split('/').at(-1) ?? path, data);
}

async function saveMetrics(): Promise<void> {
  const text = await studioApi().exportMetrics();
  if (text.ok) download('metrics.jsonl', text.value);
  else useRun.getState().showError(text.error);
}
