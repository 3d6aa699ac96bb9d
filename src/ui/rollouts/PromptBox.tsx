import { Button, Group, TextInput } from '@mantine/core';
import { useState } from 'react';
import { studioApi } from '../../store/connection.ts';
import { useRun } from '../../store/run-store.ts';
import { percent } from '../format.ts';
import { Hint } from '../hint/Hint.tsx';

interface Answer {
  prompt: string;
  tokens: string[];
  probabilities: number[];
}

const MOST_TOKENS = 64;

/** The policy's response to a prompt: greedy, or sampled. */
export function PromptBox({ example }: { example: string }) {
  const [prompt, setPrompt] = useState(example);
  const [answer, setAnswer] = useState<Answer>();
  const [asking, setAsking] = useState(false);
  const [draws, setDraws] = useState(0);
  const ask = async (temperature: number) => {
    setAsking(true);
    const result = await studioApi().generate(prompt, { temperature, maxTokens: MOST_TOKENS, seed: draws });
    setAsking(false);
    setDraws(draws + 1);
    if (result.ok) setAnswer({ prompt, ...result.value });
    else useRun.getState().showError(result.error);
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void ask(0);
      }}
    >
      <Group gap={6} wrap="nowrap">
        <TextInput
          size="xs"
          flex={1}
          aria-label="Prompt"
          value={prompt}
          onChange={(event) => setPrompt(event.currentTarget.value)}
        />
        <Hint label="Generate greedily: always the most probable token">
          <Button type="submit" size="xs" variant="default" loading={asking}>
            Greedy
          </Button>
        </Hint>
        <Hint label="Sample a response from the policy; each click samples another">
          <Button
            size="xs"
            variant="default"
            disabled={asking}
            onClick={() => void ask(useRun.getState().running?.rl?.temperature ?? 1)}
          >
            Sample
          </Button>
        </Hint>
      </Group>
      <output className="rollout-text" data-testid="answer">
        {answer && (
          <>
            <span className="prompt">{answer.prompt}</span>
            {answer.tokens.map((token, i) => (
              <span key={i} title={`probability ${percent(answer.probabilities[i] ?? 0)}`}>
                {token}
              </span>
            ))}
          </>
        )}
      </output>
    </form>
  );
}
