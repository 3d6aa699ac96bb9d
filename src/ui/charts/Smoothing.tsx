import { Slider } from '@mantine/core';
import { MOST_SMOOTHING, useChartSettings } from '../../store/chart-settings.ts';

/** Smoothing of all charts over steps. */
export function Smoothing() {
  const smoothing = useChartSettings((settings) => settings.smoothing);
  const setSmoothing = useChartSettings((settings) => settings.setSmoothing);
  return (
    <div
      className="smoothing"
      title="Weight of the past in an exponential moving average over points; unsmoothed values are drawn faintly"
    >
      <span>
        Smoothing <b>{smoothing.toFixed(2)}</b>
      </span>
      <Slider
        size="xs"
        min={0}
        max={MOST_SMOOTHING}
        step={0.01}
        value={smoothing}
        label={null}
        thumbLabel="Smoothing"
        onChange={setSmoothing}
      />
    </div>
  );
}
