import { NumberInput, Switch } from '@mantine/core';
import { useId } from 'react';
import { rangeText } from '../../run/config/fields.ts';
import {
  parameterDefaultText,
  strategyInfo,
  type BuiltInStrategy,
  type BuiltInStrategyConfig,
  type CustomStrategyConfig,
  type ParameterInfo,
  type StrategyConfig,
} from '../../run/strategies/strategy-config.ts';

/** The numbers of one strategy in a list; an emptied one reverts to its default. */
export function StrategyParameters({
  strategy,
  onChange,
}: {
  strategy: StrategyConfig;
  onChange: (strategy: StrategyConfig) => void;
}) {
  if (strategy.name === 'custom') {
    const rule = strategy as CustomStrategyConfig;
    return (
      <div className="parameters">
        {Object.entries(rule.parameters).map(([key, value]) => (
          <Parameter
            key={key}
            label={key}
            help="Parameter of this custom strategy."
            value={value}
            fallback={String(value)}
            onChange={(next) =>
              next !== undefined && onChange({ ...rule, parameters: { ...rule.parameters, [key]: Number(next) } })
            }
          />
        ))}
      </div>
    );
  }
  const config = strategy as BuiltInStrategyConfig;
  const set = (key: string, value: number | boolean | undefined) => {
    const { [key]: _removed, ...others } = config;
    onChange({ ...others, name: config.name, ...(value !== undefined && { [key]: value }) });
  };
  return (
    <div className="parameters">
      {Object.entries(strategyInfo(strategy.name as BuiltInStrategy).parameters)
        .filter(([, info]) => !info.zonesOnly)
        .map(([key, info]) => (
          <Parameter
            key={key}
            label={info.label}
            help={`${info.help} ${rangeText(info)}`}
            info={info}
            value={config[key] ?? undefined}
            fallback={parameterDefaultText(info)}
            onChange={(value) => set(key, value)}
          />
        ))}
    </div>
  );
}

interface ParameterProps {
  label: string;
  help: string;
  info?: ParameterInfo;
  value: string | number | boolean | undefined;
  fallback: string;
  onChange: (value: number | boolean | undefined) => void;
}

function Parameter({ label, help, info, value, fallback, onChange }: ParameterProps) {
  const id = useId();
  const lowest = info && info.minimum + (info.exclusive ? info.step : 0);
  return (
    <div className="field">
      <label htmlFor={id} title={help}>
        {label}
      </label>
      {typeof info?.default === 'boolean' ? (
        <Switch
          id={id}
          size="xs"
          checked={value === true}
          onChange={(event) => onChange(event.currentTarget.checked || undefined)}
        />
      ) : (
        <NumberInput
          id={id}
          size="xs"
          w={68}
          hideControls
          {...(info && {
            min: Math.min(lowest ?? 0, typeof info.default === 'number' ? info.default : Infinity),
            max: info.maximum,
          })}
          step={info?.step ?? 0.05}
          value={typeof value === 'number' ? value : ''}
          placeholder={fallback}
          styles={{ input: { textAlign: 'right' } }}
          onChange={(next) => onChange(typeof next === 'number' ? next : undefined)}
        />
      )}
    </div>
  );
}
