import { Slider } from '@mantine/core';

interface LessonSliderProps {
  label: string;
  value: number;
  min: number;
  max: number;
  step: number;
  text?: string;
  onChange: (value: number) => void;
}

/** A number of a figure, moved by pointer or by arrow keys. */
export function LessonSlider({ label, value, min, max, step, text = value.toFixed(2), onChange }: LessonSliderProps) {
  return (
    <div className="slider-field">
      <span>
        {label} <b>{text}</b>
      </span>
      <Slider
        size="sm"
        min={min}
        max={max}
        step={step}
        value={value}
        label={null}
        thumbLabel={label}
        thumbProps={{ 'aria-valuetext': text }}
        onChange={(next) => onChange(Number(next.toFixed(4)))}
      />
    </div>
  );
}
