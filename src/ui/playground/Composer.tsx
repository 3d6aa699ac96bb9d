import { Button, SegmentedControl, Textarea } from '@mantine/core';
import { IconPlayerStopFilled, IconSparkles } from '@tabler/icons-react';
import type { KeyboardEvent } from 'react';
import { entryProblem, useEntries } from '../../store/entry-store.ts';
import { usePlayground } from '../../store/playground-store.ts';

/** The prompt: text to continue, or the next message of a chat. */
export function Composer() {
  const { mode, text, columns, comparing, edit, ask, stop, clear } = usePlayground();
  const wrong = useEntries(entryProblem('playground'));
  const [left, right] = columns;
  const shown = comparing ? [left, right] : [left];
  const busy = shown.some((column) => column.busy && column.facts);
  const ready = shown.every((column) => column.facts && !column.busy) && text !== '' && wrong === undefined;
  const withoutChat = shown.find(({ facts }) => facts && !facts.chat)?.facts;
  const begun = shown.some(({ turns, prompt }) => turns.length > 0 || prompt.length > 0);
  const send = () => {
    if (ready) void ask();
  };
  const keys = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault();
      send();
    }
  };
  return (
    <section className="card composer" aria-label="Prompt">
      <div className="composer-top">
        <SegmentedControl
          size="xs"
          aria-label="Prompt mode"
          value={mode}
          data={[
            { value: 'text', label: 'Text' },
            { value: 'chat', label: 'Chat', disabled: withoutChat !== undefined },
          ]}
          onChange={(value) => edit({ mode: value as 'text' | 'chat' })}
        />
        <span className="hint">
          {wrong !== undefined
            ? wrong
            : withoutChat
              ? `${withoutChat.name} has no chat template. Use text mode.`
              : mode === 'chat'
                ? 'Messages are formatted with the model’s chat template.'
                : 'The model continues this text.'}
        </span>
        {begun && (
          <Button size="compact-xs" variant="subtle" disabled={busy} onClick={clear}>
            {mode === 'chat' ? 'New chat' : 'Clear'}
          </Button>
        )}
      </div>
      <div className="composer-row">
        <Textarea
          flex={1}
          autosize
          minRows={1}
          maxRows={8}
          aria-label={mode === 'chat' ? 'Message' : 'Prompt'}
          placeholder={mode === 'chat' ? 'Message' : 'Text to continue'}
          spellCheck={false}
          classNames={{ input: 'mono-input' }}
          value={text}
          onChange={(event) => edit({ text: event.currentTarget.value })}
          onKeyDown={keys}
        />
        {busy ? (
          <Button
            variant="default"
            data-testid="play-stop"
            leftSection={<IconPlayerStopFilled size={14} aria-hidden />}
            onClick={stop}
          >
            Stop
          </Button>
        ) : (
          <Button
            data-testid="play-go"
            disabled={!ready}
            leftSection={<IconSparkles size={15} aria-hidden />}
            onClick={send}
          >
            {mode === 'chat' ? 'Send' : 'Generate'}
          </Button>
        )}
      </div>
    </section>
  );
}
