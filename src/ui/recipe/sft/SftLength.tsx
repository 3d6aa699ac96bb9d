import { NativeSelect } from '@mantine/core';
import { configField } from '../../../run/config-fields.ts';
import { useRecipe } from '../../../store/recipe-store.ts';
import { Field, helpOf } from '../Field.tsx';
import { NumberField } from '../NumberField.tsx';

/** How long SFT trains: a number of steps, or passes over the rows. */
export function SftLength() {
  const [steps, epochs] = [configField('sft.steps'), configField('sft.epochs')];
  const byEpochs = useRecipe(({ config }) => config.sft?.epochs !== undefined);
  return (
    <>
      <Field id="sft-length" label="Length in" help={`${helpOf(steps)} ${epochs.description}`} paths={[]}>
        <NativeSelect
          id="sft-length"
          aria-describedby="sft-length-help"
          size="xs"
          w={132}
          value={byEpochs ? 'epochs' : 'steps'}
          data={['steps', 'epochs']}
          onChange={(event) => choose(event.currentTarget.value === 'epochs')}
        />
      </Field>
      <NumberField path={byEpochs ? 'sft.epochs' : 'sft.steps'} />
    </>
  );
}

/** Numbers to begin with when the other way is chosen. */
const FIRST = { steps: 50, epochs: 1 };

function choose(byEpochs: boolean): void {
  const { config, set } = useRecipe.getState();
  if (!config.sft) return;
  const { steps: _steps, epochs: _epochs, ...rest } = config.sft;
  set('sft', { ...(byEpochs ? { epochs: FIRST.epochs } : { steps: FIRST.steps }), ...rest });
}
