import { Slider } from '@mantine/core';
import { useObjective } from '../../store/objective-store.ts';

const PROBABILITIES = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 0.6, 0.9, 0.99];
const LENGTHS = [1, 2, 3, 5, 8, 16, 32, 64];

/** Properties of the token that the curves are computed for; most strategies depend on the ratio alone. */
export function TokenSettings() {
  const { oldProbability, entropyRatio, length, setToken } = useObjective();
  return (
    <section className="section">
      <h2 className="section-title">Token for the curves</h2>
      <Choice
        label="Old probability"
        hint="DCPO, DPPO"
        value={oldProbability}
        values={PROBABILITIES}
        format={(value) => `${Number((100 * value).toPrecision(2))} %`}
        onChange={(value) => setToken({ oldProbability: value })}
      />
      <Choice
        label="Entropy ratio, new / old"
        hint="ERC"
        value={entropyRatio}
        values={[0.5, 0.8, 0.9, 0.97, 1, 1.03, 1.1, 1.25, 2]}
        format={(value) => value.toFixed(2)}
        onChange={(value) => setToken({ entropyRatio: value })}
      />
      <Choice
        label="Tokens in the response"
        hint="by response"
        value={length}
        values={LENGTHS}
        format={String}
        onChange={(value) => setToken({ length: value })}
      />
    </section>
  );
}

interface ChoiceProps {
  label: string;
  hint: string;
  value: number;
  values: readonly number[];
  format: (value: number) => string;
  onChange: (value: number) => void;
}

function Choice({ label, hint, value, values, format, onChange }: ChoiceProps) {
  return (
    <div className="slider-field">
      <span>
        {label} <span className="aside">{hint}</span> <b>{format(value)}</b>
      </span>
      <Slider
        size="xs"
        min={0}
        max={values.length - 1}
        step={1}
        value={Math.max(0, values.indexOf(value))}
        label={null}
        thumbLabel={label}
        onChange={(index) => onChange(values[index] ?? value)}
      />
    </div>
  );
}
