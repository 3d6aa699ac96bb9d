import { Button, FileButton, NativeSelect } from '@mantine/core';
import { useState } from 'react';
import { parseSweep } from '../../compare/sweep.ts';
import { StudioError } from '../../errors.ts';
import { parseJsonText } from '../../json-text.ts';
import { useCompare } from '../../store/compare-store.ts';
import { includedSweep, includedSweeps } from './included-sweeps.ts';

const INCLUDED = includedSweeps();

/** Opens an included sweep or a file in place of the settings: it may vary what the page has no field for. */
export function SweepFile({ busy }: { busy: boolean }) {
  const set = useCompare((compare) => compare.set);
  const [problem, setProblem] = useState<string>();
  const open = async (file: File | null) => {
    if (!file) return;
    try {
      set({ given: parseSweep(parseJsonText(await file.text(), file.name), file.name) });
      setProblem(undefined);
    } catch (error) {
      setProblem(error instanceof StudioError ? error.message : `${file.name} cannot be read. Choose it again.`);
    }
  };
  return (
    <>
      <NativeSelect
        size="xs"
        mt={6}
        aria-label="Included sweep"
        value=""
        disabled={busy}
        data={[{ value: '', label: 'Open an included sweep' }, ...INCLUDED]}
        onChange={({ currentTarget: { value } }) =>
          void includedSweep(value).then((given) => {
            set({ given });
            setProblem(undefined);
          })
        }
      />
      <FileButton accept="application/json,.json" onChange={(file) => void open(file)} disabled={busy}>
        {(props) => (
          <Button {...props} size="xs" variant="default" mt={6} disabled={busy}>
            Open sweep.json
          </Button>
        )}
      </FileButton>
      {problem !== undefined && (
        <p className="field-problem" role="alert">
          {problem}
        </p>
      )}
    </>
  );
}
