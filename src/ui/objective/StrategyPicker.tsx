import { ActionIcon, Select } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { STRATEGY_NAMES, strategyInfo, strategyLabel, type BuiltInStrategy, type StrategyConfig } from '../../run/strategies.ts';
import { useRules } from '../../store/rules-store.ts';
import { seriesColor } from '../palette.ts';

interface StrategyPickerProps {
  strategies: readonly StrategyConfig[];
  onChange: (strategies: StrategyConfig[]) => void;
  /** Strategies that stand first and cannot be removed here. */
  fixed?: readonly { strategy: StrategyConfig; note: string }[];
  most?: number;
  disabled?: boolean;
}

/** A list of strategies with their colours: built-in ones, and those of one's own. */
export function StrategyPicker({ strategies, onChange, fixed = [], most = 8, disabled = false }: StrategyPickerProps) {
  const rules = useRules((state) => state.rules);
  const taken = new Set([...fixed.map(({ strategy }) => JSON.stringify(strategy)), ...strategies.map((strategy) => JSON.stringify(strategy))]);
  const add = (value: string | null) => {
    if (value === null) return;
    const own = rules.find(({ title }) => `rule:${title}` === value);
    const strategy: StrategyConfig = own ?? { name: value as BuiltInStrategy };
    if (!taken.has(JSON.stringify(strategy))) onChange([...strategies, strategy]);
  };
  return (
    <div>
      <ul className="picked">
        {fixed.map(({ strategy, note }, i) => (
          <li key={`fixed ${i}`}>
            <i style={{ background: seriesColor(i) }} />
            <b>{strategyLabel(strategy)}</b> <span className="aside">{note}</span>
          </li>
        ))}
        {strategies.map((strategy, i) => (
          <li key={strategyLabel(strategy)}>
            <i style={{ background: seriesColor(fixed.length + i) }} />
            <span>{strategyLabel(strategy)}</span>
            {!disabled && (
              <ActionIcon variant="subtle" color="gray" size="xs" aria-label={`Remove ${strategyLabel(strategy)}`} onClick={() => onChange(strategies.filter((other) => other !== strategy))}>
                <IconX size={12} aria-hidden />
              </ActionIcon>
            )}
          </li>
        ))}
      </ul>
      {!disabled && fixed.length + strategies.length < most && (
        <Select
          size="xs"
          aria-label="Add a strategy"
          placeholder="Add a strategy…"
          searchable
          value={null}
          maxDropdownHeight={320}
          data={[
            ...(rules.length > 0 ? [{ group: 'Your rules', items: rules.map(({ title }) => ({ value: `rule:${title}`, label: title })) }] : []),
            { group: 'Built in', items: STRATEGY_NAMES.map((name) => ({ value: name as string, label: strategyInfo(name).title })) },
          ]}
          onChange={add}
        />
      )}
    </div>
  );
}
