import { Button, NativeSelect } from '@mantine/core';
import { useElementSize, useFullscreenDocument, useViewportSize } from '@mantine/hooks';
import { useEffect, useRef, type ReactNode } from 'react';
import { NO_CHART, usePresenter } from '../../store/presenter-store.ts';
import type { Figure } from '../charts/Card.tsx';
import { PresentedSource } from './PresentedSource.tsx';

/** Text of the axes by the width of the window, px: 25 at 1920. */
export function useAxisText(): number {
  const { width } = useViewportSize();
  return Math.round(Math.max(13, Math.min(40, width * 0.013)));
}

interface HeadingProps {
  title: string;
  /** What changes with every step. */
  children: ReactNode;
}

/** What is presented, and its state. The focus begins here, where no key does anything. */
export function Heading({ title, children }: HeadingProps) {
  const ref = useRef<HTMLHeadingElement>(null);
  // Also where it comes later than the dialog: a race is loaded when it is first presented.
  useEffect(() => ref.current?.focus(), []);
  return (
    <div className="presenter-head">
      <h2 ref={ref} tabIndex={-1} data-autofocus>
        {title}
      </h2>
      <p data-changing>{children}</p>
    </div>
  );
}

interface FrameProps {
  name: string;
  title: string;
  figures: readonly Figure[];
  legend?: ReactNode;
  /** The plot at a height in pixels. */
  children: (height: number) => ReactNode;
}

/** A chart with its title and newest values; the plot is as high as its place. */
export function Frame({ name, title, figures, legend, children }: FrameProps) {
  const { ref, height } = useElementSize();
  return (
    <section className="large-chart" aria-label={`${title}, large`} data-testid={`presented-${name}`}>
      <h3>
        {title}
        {figures.map(({ text, color, hollow }, i) => (
          <span key={i} className="large-figure">
            {color !== undefined && (
              <i className="key" style={hollow ? { borderColor: color } : { background: color, borderColor: color }} />
            )}
            {text}
          </span>
        ))}
      </h3>
      <div className="large-plot" ref={ref}>
        {height > 0 && children(Math.floor(height))}
      </div>
      {legend}
    </section>
  );
}

interface ChoicesProps {
  charts: readonly { name: string; title: string }[];
  /** Of one chart or two. */
  shown: readonly { name: string }[];
}

/** What is shown, and how to leave. */
export function Choices({ charts, shown }: ChoicesProps) {
  const close = usePresenter((presenter) => presenter.close);
  return (
    <div className="presenter-choices">
      <ChartChoice place={0} label="Chart" value={shown[0]?.name ?? ''} charts={charts} />
      <ChartChoice place={1} label="Second chart" value={shown[1]?.name ?? NO_CHART} charts={charts} />
      <PresentedSource />
      <FullScreen />
      <Button className="presenter-leave" variant="default" data-testid="presenter-close" onClick={close}>
        Leave (Esc)
      </Button>
    </div>
  );
}

interface ChartChoiceProps {
  place: 0 | 1;
  label: string;
  value: string;
  charts: ChoicesProps['charts'];
}

function ChartChoice({ place, label, value, charts }: ChartChoiceProps) {
  const choose = usePresenter((presenter) => presenter.choose);
  const none = place === 1 ? [{ value: NO_CHART, label: 'No second chart' }] : [];
  return (
    <NativeSelect
      aria-label={label}
      value={value}
      data={[...none, ...charts.map(({ name, title }) => ({ value: name, label: title }))]}
      onChange={(event) => choose(place, event.currentTarget.value)}
    />
  );
}

/** The window without the browser's bars, where the browser allows it. */
function FullScreen() {
  const { fullscreen, toggle } = useFullscreenDocument();
  if (typeof document === 'undefined' || !document.fullscreenEnabled) return null;
  return (
    <Button variant="default" onClick={() => void toggle().catch(() => undefined)}>
      {fullscreen ? 'Exit full screen' : 'Full screen'}
    </Button>
  );
}
