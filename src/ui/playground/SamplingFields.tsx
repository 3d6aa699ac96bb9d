import { ActionIcon, Slider } from '@mantine/core';
import { IconArrowsShuffle } from '@tabler/icons-react';
import type { Sampling } from '../../views/playground.ts';
import { usePlayground } from '../../store/playground-store.ts';
import { Hint } from '../hint/Hint.tsx';
import { NumberLine } from '../inputs/NumberLine.tsx';

/** Sampling settings. */
export function SamplingFields() {
  const { temperature, topP, seed } = usePlayground((state) => state.sampling);
  const set = usePlayground((state) => state.setSampling);
  return (
    <section className="section">
      <h2 className="section-title">Sampling</h2>
      <Share
        label="Temperature"
        help={
          'Divides the logits before sampling; 0 is greedy, larger values give more varied text. Probabilities are ' +
          'always shown at temperature 1.'
        }
        value={temperature}
        most={2}
        text={temperature === 0 ? 'greedy' : temperature.toFixed(2)}
        onChange={(value) => set({ temperature: value })}
      />
      <Share
        label="Top-p"
        help="Samples from the smallest set of tokens with this total probability; lower it to avoid improbable tokens."
        value={topP}
        least={0.05}
        most={1}
        text={topP === 1 ? 'off' : topP.toFixed(2)}
        onChange={(value) => set({ topP: value })}
      />
      <Whole
        name="topK"
        label="Top-k"
        help="Samples from the k most probable tokens; 0: all tokens."
        least={0}
        most={1_000_000}
      />
      <Whole
        name="maxTokens"
        label="Max new tokens"
        help="Maximum response length; the model’s context length also limits it."
        least={1}
        most={100_000}
      />
      <Whole
        name="seed"
        label="Seed"
        help="The same seed gives the same samples; change it to sample another response."
        least={0}
        most={4_294_967_295}
      >
        <Hint label="Use the next seed" delay={300}>
          <ActionIcon
            variant="default"
            size={25}
            aria-label="Next seed"
            onClick={() => set({ seed: (seed + 1) % 4_294_967_296 })}
          >
            <IconArrowsShuffle size={13} aria-hidden />
          </ActionIcon>
        </Hint>
      </Whole>
    </section>
  );
}

function Share({
  label,
  help,
  value,
  least = 0,
  most,
  text,
  onChange,
}: {
  label: string;
  help: string;
  value: number;
  least?: number;
  most: number;
  text: string;
  onChange: (value: number) => void;
}) {
  return (
    <div className="slider-field">
      <Hint label={help} maxWidth={260} position="right" delay={300}>
        <span>
          {label} <b>{text}</b>
        </span>
      </Hint>
      <Slider
        size="sm"
        min={least}
        max={most}
        step={0.05}
        value={value}
        label={null}
        thumbLabel={label}
        thumbProps={{ 'aria-valuetext': text }}
        onChange={onChange}
      />
    </div>
  );
}

function Whole({
  name,
  label,
  help,
  least,
  most,
  children,
}: {
  name: 'topK' | 'maxTokens' | 'seed';
  label: string;
  help: string;
  least: number;
  most: number;
  children?: React.ReactNode;
}) {
  const value = usePlayground((state) => state.sampling[name]);
  return (
    <NumberLine
      id={`play-${name}`}
      label={label}
      help={help}
      scope="playground"
      width={84}
      value={value}
      step={1}
      format={{
        whole: true,
        required: true,
        unit: name === 'maxTokens' ? 'tokens' : undefined,
        minimum: least,
        maximum: most,
      }}
      onChange={(next) =>
        next !== undefined && usePlayground.getState().setSampling({ [name]: next } satisfies Partial<Sampling>)
      }
    >
      {children}
    </NumberLine>
  );
}
