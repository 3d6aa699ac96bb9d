import { Switch } from '@mantine/core';
import { useId } from 'react';
import { rangeText } from '../../run/config/fields.ts';
import type { EntryScope } from '../../store/entry-store.ts';
import { NumberLine } from '../inputs/NumberLine.tsx';
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
  scope,
  onChange,
}: {
  strategy: StrategyConfig;
  /** The consumer that waits while a parameter's text is not a number. */
  scope: EntryScope;
  onChange: (strategy: StrategyConfig) => void;
}) {
  if (strategy.name === 'custom') {
    const custom = strategy as CustomStrategyConfig;
    return (
      <div className="parameters">
        {Object.entries(custom.parameters).map(([key, value]) => (
          <Parameter
            key={key}
            label={key}
            scope={scope}
            help="Parameter of this custom strategy."
            value={value}
            fallback={String(value)}
            onChange={(next) =>
              next !== undefined && onChange({ ...custom, parameters: { ...custom.parameters, [key]: Number(next) } })
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
            scope={scope}
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
  scope: EntryScope;
  help: string;
  info?: ParameterInfo;
  value: string | number | boolean | undefined;
  fallback: string;
  onChange: (value: number | boolean | undefined) => void;
}

function Parameter({ label, scope, help, info, value, fallback, onChange }: ParameterProps) {
  const id = useId();
  if (typeof info?.default === 'boolean')
    return (
      <div className="field">
        <label htmlFor={id} title={help}>
          {label}
        </label>
        <Switch
          id={id}
          size="xs"
          checked={value === true}
          onChange={(event) => onChange(event.currentTarget.checked || undefined)}
        />
      </div>
    );
  return (
    <NumberLine
      id={id}
      label={label}
      help={help}
      scope={scope}
      width={68}
      value={typeof value === 'number' ? value : undefined}
      step={info?.step ?? 0.05}
      placeholder={fallback}
      format={
        info
          ? {
              // The default may lie outside of the range, such as 0 for off.
              minimum: Math.min(info.minimum, typeof info.default === 'number' ? info.default : Infinity),
              maximum: info.maximum,
              ...(info.exclusive && { exclusive: true }),
              ...(info.default === null && { empty: fallback }),
            }
          : {}
      }
      onChange={onChange}
    />
  );
}
