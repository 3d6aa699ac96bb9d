import { Button, FileButton, Group } from '@mantine/core';
import { useRef } from 'react';
import { fromInput } from '../picked-files.ts';
import { importRuns } from './import-runs.ts';

/** Runs from zip archives, or from a folder. */
export function ImportRuns() {
  const folder = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={folder}
        type="file"
        multiple
        hidden
        data-testid="runs-folder-input"
        aria-label="Run folder"
        {...{ webkitdirectory: '' }}
        onChange={(event) => {
          if (event.currentTarget.files) void importRuns(fromInput(event.currentTarget.files));
          event.currentTarget.value = '';
        }}
      />
      <Group gap={6} grow>
        <FileButton
          multiple
          accept=".zip,application/zip"
          inputProps={{ 'data-testid': 'runs-zip-input', 'aria-label': 'Zip archives of runs' } as object}
          onChange={(files) => files.length > 0 && void importRuns(files.map((file) => ({ path: file.name, file })))}
        >
          {(props) => (
            <Button {...props} variant="default" size="xs">
              Import zip
            </Button>
          )}
        </FileButton>
        <Button variant="default" size="xs" onClick={() => folder.current?.click()}>
          Import folder
        </Button>
      </Group>
    </>
  );
}
