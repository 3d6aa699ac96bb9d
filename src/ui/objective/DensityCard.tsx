import { useComputedColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useEffect, useRef } from 'react';
import { DENSITY_COLUMNS, DENSITY_ROWS, HISTOGRAM_RANGE } from '../../run/step-record.ts';
import { useRun } from '../../store/run-store.ts';
import { compact } from '../format.ts';
import { Card } from '../charts/Card.tsx';
import type { ExportFormat } from '../charts/export-formats.ts';
import { EXPORT_MENU } from '../charts/plot-parts.ts';
import { useRunLabel } from '../charts/use-run-label.ts';
import { OnDemand } from '../OnDemand.tsx';

const TITLE = 'Token density';
const HEIGHT = 236;
const MARGIN = { left: 44, right: 12, top: 6, bottom: 24 };

/** The density of the run's newest step. */
export function DensityCard() {
  const density = useRun((run) => run.frame?.distributions?.density);
  const step = useRun((run) => run.frame?.tokenStep);
  return <TokenDensity density={density} step={step} {...useRunLabel()} />;
}

interface TokenDensityProps {
  /** DENSITY_ROWS x DENSITY_COLUMNS counts. */
  density: number[] | undefined;
  step: number | undefined;
  /** Whose tokens: for names of files, and in words. */
  run: string;
  subtitle: string;
}

/** Density of a step's tokens over log-ratio and probability when sampled. */
export function TokenDensity({ density, step, run, subtitle }: TokenDensityProps) {
  const scheme = useComputedColorScheme('light');
  const { ref, width } = useElementSize();
  const canvas = useRef<HTMLCanvasElement>(null);
  const total = density?.reduce((sum, count) => sum + count, 0) ?? 0;
  useEffect(() => {
    const target = canvas.current;
    if (!target || !density || width === 0) return undefined;
    const request = requestAnimationFrame(() => draw(target, density, width));
    return () => cancelAnimationFrame(request);
  }, [density, width, scheme]);
  const save = async (counts: readonly number[], format: ExportFormat) => {
    const { exportDensity } = await import('../charts/distribution-export.ts');
    await exportDensity({ title: TITLE, subtitle: `${subtitle}, step ${step ?? ''}`, run }, counts, format);
  };
  return (
    <Card
      name="density"
      title={TITLE}
      figures={density && [{ text: `log r × probability, ${compact(total)} tokens, step ${step}` }]}
      empty={density ? undefined : 'Number of tokens by log-ratio and probability when sampled, updated every step'}
      height={HEIGHT}
      tools={
        density && (
          <OnDemand part={EXPORT_MENU} props={{ title: TITLE, onExport: (format) => void save(density, format) }} />
        )
      }
    >
      <div ref={ref}>
        <canvas
          ref={canvas}
          role="img"
          aria-label={`Density of ${total} tokens over log-ratio and probability`}
          style={{ width: '100%', height: HEIGHT, display: 'block' }}
        />
      </div>
    </Card>
  );
}

function draw(canvas: HTMLCanvasElement, density: number[], width: number): void {
  const scale = window.devicePixelRatio || 1;
  canvas.width = width * scale;
  canvas.height = HEIGHT * scale;
  const context = canvas.getContext('2d');
  if (!context) return;
  const style = getComputedStyle(canvas);
  context.scale(scale, scale);
  const cell = {
    width: (width - MARGIN.left - MARGIN.right) / DENSITY_COLUMNS,
    height: (HEIGHT - MARGIN.top - MARGIN.bottom) / DENSITY_ROWS,
  };
  // Most tokens hardly move: on a linear scale the rest would be invisible.
  const most = Math.log1p(Math.max(1, ...density));
  context.fillStyle = style.getPropertyValue('--accent').trim();
  for (const [i, count] of density.entries()) {
    if (count === 0) continue;
    const [row, column] = [Math.floor(i / DENSITY_COLUMNS), i % DENSITY_COLUMNS];
    context.globalAlpha = 0.08 + 0.92 * (Math.log1p(count) / most);
    context.fillRect(
      MARGIN.left + column * cell.width,
      MARGIN.top + (DENSITY_ROWS - 1 - row) * cell.height,
      cell.width - 0.5,
      cell.height - 0.5,
    );
  }
  context.globalAlpha = 1;
  context.fillStyle = style.getPropertyValue('--dim').trim();
  context.font = '10.5px Inter, system-ui, sans-serif';
  context.textAlign = 'right';
  for (const probability of [0, 0.5, 1])
    context.fillText(
      `${probability * 100} %`,
      MARGIN.left - 8,
      MARGIN.top + (1 - probability) * cell.height * DENSITY_ROWS + 4,
    );
  context.textAlign = 'center';
  const middle = MARGIN.left + (cell.width * DENSITY_COLUMNS) / 2;
  context.fillText('r = 1', middle, HEIGHT - 8);
  context.fillText(`≤ ${Math.exp(-HISTOGRAM_RANGE).toFixed(2)}`, MARGIN.left + 14, HEIGHT - 8);
  context.fillText(`≥ ${Math.exp(HISTOGRAM_RANGE).toFixed(1)}`, width - MARGIN.right - 14, HEIGHT - 8);
}
