import { Loader, NativeSelect } from '@mantine/core';
import { compact } from '../format.ts';
import { usePlayground, type Side } from '../../store/playground-store.ts';
import { useModelChoices } from './use-model-choices.ts';

/** Chooses the model of a column. */
export function ModelPicker({ side, label }: { side: Side; label: string }) {
  const { library, run } = useModelChoices();
  const { model, facts, busy } = usePlayground((state) => state.columns[side]);
  const known = [...library, ...run].some(({ value }) => value === model);
  const data = [
    ...(known ? [] : [{ value: '', label: library.length > 0 ? 'choose a model' : 'no models' }]),
    ...(run.length > 0 ? [{ group: 'This run', items: run }] : []),
    { group: 'Models', items: library },
  ];
  return (
    <div className="model-picker">
      <NativeSelect
        size="xs"
        label={label}
        data-testid={`play-model-${side}`}
        value={known ? model : ''}
        data={data}
        onChange={(event) => void usePlayground.getState().choose(side, event.currentTarget.value)}
      />
      <p className="hint">
        {!facts && busy && (
          <>
            <Loader size={10} mr={6} />
            loading weights
          </>
        )}
        {facts &&
          `${compact(facts.vocabularySize)} tokens, ${compact(facts.maxPositions)} ` +
            `positions${facts.chat ? ', chat template' : ''}`}
      </p>
    </div>
  );
}
