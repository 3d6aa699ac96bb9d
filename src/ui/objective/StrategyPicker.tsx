import './strategy-picker.css';
import { ActionIcon, Select } from '@mantine/core';
import { IconAdjustmentsHorizontal, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useRecipe } from '../../store/recipe-store.ts';
import { distinctLabels } from '../../run/strategies/distinct-labels.ts';
import {
  STRATEGY_NAMES,
  strategyInfo,
  type BuiltInStrategy,
  type StrategyConfig,
} from '../../run/strategies/strategy-config.ts';
import { describeStrategy } from '../../run/strategies/distinct-labels.ts';
import type { EntryScope } from '../../store/entry-store.ts';
import { useStrategies } from '../../store/strategies-store.ts';
import { strategyToAdd, useStrategyMemory } from '../../store/strategy-memory.ts';
import { seriesColor } from '../palette.ts';
import { StrategyParameters } from './StrategyParameters.tsx';

interface StrategyPickerProps {
  strategies: readonly StrategyConfig[];
  /** The list: each remembers the parameters of strategies that were in it. */
  scope: EntryScope;
  onChange: (strategies: StrategyConfig[]) => void;
  /** Strategies that come first and cannot be removed here. */
  fixed?: readonly { strategy: StrategyConfig; note: string }[];
  most?: number;
  disabled?: boolean;
}

const RECIPE = 'recipe:';

/** A list of strategies with their colours: built-in and custom ones. */
export function StrategyPicker(props: StrategyPickerProps) {
  const { strategies, scope, fixed = [], most = 8, disabled = false } = props;
  const memory = useStrategyMemory();
  const onChange = (next: StrategyConfig[]) => {
    memory.remember(scope, next);
    props.onChange(next);
  };
  const saved = useStrategies((state) => state.strategies);
  const recipe = useRecipe((state) => state.checked?.rl?.strategy);
  /** The row whose parameters are shown. */
  const [opened, setOpened] = useState<number>();
  const taken = new Set([
    ...fixed.map(({ strategy }) => JSON.stringify(strategy)),
    ...strategies.map((strategy) => JSON.stringify(strategy)),
  ]);
  const add = (value: string | null) => {
    if (value === null) return;
    const own = saved.find(({ title }) => `custom:${title}` === value);
    const strategy =
      value === RECIPE && recipe
        ? recipe
        : (own ?? strategyToAdd(memory, scope, { name: value as BuiltInStrategy }, taken));
    if (strategy && !taken.has(JSON.stringify(strategy))) onChange([...strategies, strategy]);
  };
  const labels = distinctLabels([...fixed.map(({ strategy }) => strategy), ...strategies]);
  const remove = (index: number) => {
    setOpened(undefined);
    onChange(strategies.filter((_, i) => i !== index));
  };
  // A saved custom strategy that the recipe uses is in the list of custom ones.
  const listed = recipe && saved.some((custom) => JSON.stringify(custom) === JSON.stringify(recipe));
  return (
    <div>
      <ul className="picked">
        {fixed.map(({ note }, i) => (
          <li key={`fixed ${i}`}>
            <i style={{ background: seriesColor(i) }} />
            <b>{labels[i]}</b> <span className="aside">{note}</span>
          </li>
        ))}
        {strategies.map((strategy, i) => (
          // A stable row key while its numbers, and with them its label, change.
          <li key={i} className="adjustable">
            <i style={{ background: seriesColor(fixed.length + i) }} />
            <span>{labels[fixed.length + i]}</span>
            {!disabled && (
              <span className="row-actions">
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size="xs"
                  aria-label={`Parameters of ${labels[fixed.length + i]}`}
                  aria-expanded={opened === i}
                  onClick={() => setOpened(opened === i ? undefined : i)}
                >
                  <IconAdjustmentsHorizontal size={13} aria-hidden />
                </ActionIcon>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size="xs"
                  aria-label={`Remove ${labels[fixed.length + i]}`}
                  onClick={() => remove(i)}
                >
                  <IconX size={12} aria-hidden />
                </ActionIcon>
              </span>
            )}
            {!disabled && opened === i && (
              <StrategyParameters
                strategy={strategy}
                scope={scope}
                onChange={(next) => onChange(strategies.map((other, j) => (j === i ? next : other)))}
              />
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
            ...(saved.length > 0
              ? [{ group: 'Custom', items: saved.map(({ title }) => ({ value: `custom:${title}`, label: title })) }]
              : []),
            ...(recipe && !taken.has(JSON.stringify(recipe)) && !listed
              ? [{ group: 'From the recipe', items: [{ value: RECIPE, label: describeStrategy(recipe) }] }]
              : []),
            {
              group: 'Built-in',
              items: STRATEGY_NAMES.map((name) => {
                const strategy = strategyToAdd(memory, scope, { name }, taken);
                const label = strategy ? describeStrategy(strategy) : strategyInfo(name).title;
                return { value: name as string, label, disabled: strategy === undefined };
              }),
            },
          ]}
          onChange={add}
        />
      )}
    </div>
  );
}
