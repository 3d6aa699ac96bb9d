import { Button } from '@mantine/core';
import { IconFileUpload } from '@tabler/icons-react';
import { useRef } from 'react';
import { useDump } from '../../store/dump-store.ts';
import { DUMP_ENDINGS } from '../drop-kind.ts';
import { StrategyPicker } from '../objective/StrategyPicker.tsx';
import { fromInput } from '../picked-files.ts';

/** The file, and the strategies that are compared on it. */
export function DumpSettings() {
  const input = useRef<HTMLInputElement>(null);
  const { strategies, setStrategies, reading, open, cancel } = useDump();
  return (
    <>
      <section className="section">
        <h2 className="section-title">Token dump</h2>
        <input
          ref={input}
          type="file"
          hidden
          accept={DUMP_ENDINGS.map((ending) => `.${ending}`).join(',')}
          data-testid="dump-input"
          aria-label="Token dump"
          onChange={(event) => {
            const [file] = event.currentTarget.files ? fromInput(event.currentTarget.files) : [];
            if (file) void open(file);
            event.currentTarget.value = '';
          }}
        />
        <Button
          variant="light"
          size="xs"
          fullWidth
          leftSection={<IconFileUpload size={14} aria-hidden />}
          onClick={() => input.current?.click()}
        >
          Open a dump
        </Button>
        {reading && (
          <Button variant="default" size="xs" fullWidth mt={6} onClick={cancel}>
            Cancel
          </Button>
        )}
        <p className="hint">Or drop it here: JSONL or Parquet, one response per row. It never leaves this computer.</p>
      </section>
      <section className="section">
        <h2 className="section-title">Strategies</h2>
        <StrategyPicker strategies={strategies} scope="dump" onChange={(next) => void setStrategies(next)} />
        <p className="hint">The charts and responses show the first one.</p>
      </section>
    </>
  );
}
