import { Button, FileButton, Group } from '@mantine/core';
import { parseJsonText } from '../../json-text.ts';
import { parseRunConfig } from '../../run/config.ts';
import { DEMO_CONFIG } from '../../run/presets.ts';
import { fileNameOf } from '../../run/run-name.ts';
import { StudioError } from '../../errors.ts';
import { useRecipe } from '../../store/recipe-store.ts';
import { useRun } from '../../store/run-store.ts';
import { useShareDialog } from '../../store/share-dialog.ts';
import { download } from '../download.ts';

async function open(file: File): Promise<void> {
  try {
    useRecipe
      .getState()
      .offer({ config: parseRunConfig(parseJsonText(await file.text(), file.name), file.name), bringer: file.name });
    useRun.getState().showError(undefined);
  } catch (error) {
    // The file may have been moved since it was picked.
    const message = error instanceof StudioError ? error.message : `${file.name} cannot be read.`;
    useRun.getState().showError({
      kind: 'input',
      message,
      advice: 'The recipe was not changed. Choose a JSON file that “Export” or the command line wrote.',
    });
  }
}

function save(): void {
  const { checked } = useRecipe.getState();
  if (checked) download(`${fileNameOf(checked.name)}.json`, `${JSON.stringify(checked, null, 2)}\n`);
}

/** The recipe as a link. */
function share(): void {
  const { checked } = useRecipe.getState();
  if (checked) useShareDialog.getState().share({ config: checked });
}

/** The recipe as a file for the command line, or as a link. */
export function RecipeFile() {
  const shareable = useRecipe((recipe) => recipe.checked !== undefined);
  return (
    <Group gap={3} mb="xs">
      <FileButton accept="application/json,.json" onChange={(file) => file && void open(file)}>
        {(props) => (
          <Button {...props} variant="default" size="compact-xs" px={5}>
            Import
          </Button>
        )}
      </FileButton>
      <Button variant="default" size="compact-xs" px={5} disabled={!shareable} onClick={() => save()}>
        Export
      </Button>
      <Button variant="default" size="compact-xs" px={5} disabled={!shareable} onClick={() => share()}>
        Share
      </Button>
      <Button
        variant="default"
        size="compact-xs"
        px={5}
        onClick={() => useRecipe.getState().replace(DEMO_CONFIG, 'Demo recipe loaded')}
        title="Load the demo recipe"
      >
        Demo
      </Button>
    </Group>
  );
}
