import { useEffect, useRef } from 'react';
import { useComputedColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { HISTOGRAM_RANGE, ZONES } from '../../run/step-record.ts';
import { plainBand, resolveStrategy } from '../../run/strategies/strategy-config.ts';
import { useRun } from '../../store/run-store.ts';
import type { TokenScatter } from '../../worker/protocol.ts';
import { compact } from '../format.ts';
import { Term } from '../learn/Term.tsx';
import { ZONE_INFO } from '../zones.ts';
import { Card } from './Card.tsx';

const HEIGHT = 190;
const MARGIN = { left: 44, right: 12, top: 8, bottom: 22 };

/** Tokens of the rollout (or an even sample of them): ratio, and probability when sampled. */
export function TokenScatterCard() {
  const scatter = useRun((run) => run.frame?.scatter);
  const step = useRun((run) => run.frame?.tokenStep);
  const strategy = useRun((run) => run.running?.rl?.strategy);
  const scheme = useComputedColorScheme('light');
  const { ref, width } = useElementSize();
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (!canvas.current || !scatter || !strategy || width === 0) return undefined;
    const band = plainBand(resolveStrategy(strategy));
    const target = canvas.current;
    // A change of colour scheme reaches the style sheet only after this effect.
    const request = requestAnimationFrame(() =>
      draw(target, scatter, width, band && [Math.log(Math.max(1e-9, band.low)), Math.log(band.high)]),
    );
    return () => cancelAnimationFrame(request);
  }, [scatter, strategy, width, scheme]);
  const shown = scatter?.logRatio.length ?? 0;
  const figures = scatter && [
    {
      text: `${shown < scatter.total ? `${compact(shown)} of ` : ''}${compact(scatter.total)} tokens, step ${step}`,
    },
  ];
  return (
    <Card
      wide
      name="tokens"
      title="Tokens of the rollout"
      heading={
        <>
          Tokens of the rollout:{' '}
          <Term id="ratio" lesson>
            ratio r
          </Term>{' '}
          and probability when sampled
        </>
      }
      figures={figures}
      empty={scatter ? undefined : 'One point per token: its ratio r, its probability when sampled, and its zone'}
      height={HEIGHT}
    >
      <div ref={ref}>
        <canvas
          ref={canvas}
          role="img"
          aria-label={`Scatter of ${shown} tokens: log-ratio and probability when sampled, coloured by zone`}
          style={{ width: '100%', height: HEIGHT, display: 'block' }}
        />
      </div>
    </Card>
  );
}

function draw(
  canvas: HTMLCanvasElement,
  scatter: TokenScatter,
  width: number,
  band: [number, number] | undefined,
): void {
  const density = window.devicePixelRatio || 1;
  canvas.width = width * density;
  canvas.height = HEIGHT * density;
  const context = canvas.getContext('2d');
  if (!context) return;
  const style = getComputedStyle(canvas);
  const color = (variable: string) => style.getPropertyValue(variable).trim();
  context.scale(density, density);
  const inner = { width: width - MARGIN.left - MARGIN.right, height: HEIGHT - MARGIN.top - MARGIN.bottom };
  const clamp = (value: number) => Math.min(HISTOGRAM_RANGE, Math.max(-HISTOGRAM_RANGE, value));
  const x = (logRatio: number) => MARGIN.left + ((clamp(logRatio) / HISTOGRAM_RANGE + 1) / 2) * inner.width;
  const y = (probability: number) => MARGIN.top + (1 - probability) * inner.height;
  if (band) {
    context.fillStyle = color('--accent');
    context.globalAlpha = 0.08;
    context.fillRect(x(band[0]), MARGIN.top, x(band[1]) - x(band[0]), inner.height);
    context.globalAlpha = 1;
  }
  context.font = '10.5px Inter, system-ui, sans-serif';
  context.fillStyle = color('--dim');
  context.textAlign = 'right';
  for (const probability of [0, 0.5, 1])
    context.fillText(`${probability * 100} %`, MARGIN.left - 8, y(probability) + 4);
  context.textAlign = 'center';
  const labels: [number, string][] = [
    ...(band
      ? ([
          [band[0], 'lo'],
          [band[1], 'hi'],
        ] as [number, string][])
      : []),
    [0, 'r = 1'],
    [-HISTOGRAM_RANGE, `\u2264 ${Math.exp(-HISTOGRAM_RANGE).toFixed(2)}`],
    [HISTOGRAM_RANGE, `\u2265 ${Math.exp(HISTOGRAM_RANGE).toFixed(1)}`],
  ];
  for (const [at, text] of labels)
    context.fillText(text, Math.min(width - 16, Math.max(MARGIN.left + 12, x(at))), HEIGHT - 6);
  const colors = ZONES.map((zone) => color(ZONE_INFO[zone].variable));
  for (const [i, zone] of scatter.zone.entries()) {
    const inside = zone === 0;
    context.globalAlpha = inside ? 0.45 : 0.9;
    context.fillStyle = colors[zone] ?? '';
    context.beginPath();
    context.arc(x(scatter.logRatio[i] ?? 0), y(scatter.probability[i] ?? 0), inside ? 1.5 : 2.4, 0, 2 * Math.PI);
    context.fill();
  }
}
