import { useRef, useState, type PointerEvent } from 'react';
import { signed } from '../../format.ts';
import { ZONE_INFO, zoneColor, zoneFill } from '../../zones.ts';
import { KLEAR_BAND, weightOf, zoneOf } from '../weights.ts';
import { LessonFigure } from './LessonFigure.tsx';
import { LessonSlider } from './LessonSlider.tsx';

const [WIDTH, HEIGHT] = [680, 270];
const MARGIN = { left: 10, right: 10, top: 8, bottom: 26 };
const RANGE = Math.log(4);
const MOST_A = 2;
const TICKS = [0.25, 0.5, 0.8, 1, 1.28, 2, 4];
const [LOW, HIGH] = [Math.log(1 - KLEAR_BAND.eps_low), Math.log(1 + KLEAR_BAND.eps_high)];

const x = (logRatio: number) => MARGIN.left + ((logRatio / RANGE + 1) / 2) * (WIDTH - MARGIN.left - MARGIN.right);
const y = (advantage: number) => MARGIN.top + ((1 - advantage / MOST_A) / 2) * (HEIGHT - MARGIN.top - MARGIN.bottom);

const AREAS = [
  { zone: 'positive-high', from: HIGH, to: RANGE, up: true, lines: ['raised, now more likely', 'PPO: gradient 0'] },
  { zone: 'negative-low', from: -RANGE, to: LOW, up: false, lines: ['lowered, now less likely', 'PPO: gradient 0'] },
  { zone: 'positive-low', from: -RANGE, to: LOW, up: true, lines: ['raised, but less likely', 'not clipped'] },
  { zone: 'negative-high', from: HIGH, to: RANGE, up: false, lines: ['lowered, but more likely', 'only dual clip'] },
] as const;

const STRATEGIES = [
  { title: 'no clipping', strategy: { name: 'importance' as const, ...KLEAR_BAND } },
  { title: 'PPO', strategy: { name: 'ppo' as const, ...KLEAR_BAND } },
  { title: 'GPPO', strategy: { name: 'gppo' as const, ...KLEAR_BAND } },
  { title: 'GPPO, dual clip c = 3', strategy: { name: 'gppo' as const, ...KLEAR_BAND, dual_clip: 3 } },
];

/** A token that can be moved through the zones, and its weight under each strategy. */
export function ZoneFigure() {
  const [ratio, setRatio] = useState(2.8);
  const [advantage, setAdvantage] = useState(0.4);
  const svg = useRef<SVGSVGElement>(null);
  const zone = zoneOf(KLEAR_BAND, ratio, advantage);
  const place = (event: PointerEvent) => {
    const box = svg.current?.getBoundingClientRect();
    if (!box) return;
    const across =
      (((event.clientX - box.left) / box.width) * WIDTH - MARGIN.left) / (WIDTH - MARGIN.left - MARGIN.right);
    const down =
      (((event.clientY - box.top) / box.height) * HEIGHT - MARGIN.top) / (HEIGHT - MARGIN.top - MARGIN.bottom);
    const within = (value: number, most: number) => Math.min(most, Math.max(-most, value));
    setRatio(Number(Math.exp(within((2 * across - 1) * RANGE, RANGE)).toFixed(2)));
    setAdvantage(Number(within((1 - 2 * down) * MOST_A, MOST_A).toFixed(1)));
  };
  return (
    <LessonFigure
      name="zones"
      controls={
        <>
          <LessonSlider label="Ratio r" value={ratio} min={0.25} max={4} step={0.05} onChange={setRatio} />
          <LessonSlider
            label="Advantage A"
            value={advantage}
            min={-MOST_A}
            max={MOST_A}
            step={0.1}
            text={signed(advantage)}
            onChange={setAdvantage}
          />
        </>
      }
      caption={
        'Click anywhere in the plane to move the token, or use the sliders. Zones have the same colours on every ' +
        'page.'
      }
    >
      <svg
        ref={svg}
        className="zone-plane"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        width="100%"
        role="img"
        aria-label={`Ratio and advantage plane; the token is in zone ${ZONE_INFO[zone].title}`}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          place(event);
        }}
        onPointerMove={(event) => event.buttons === 1 && place(event)}
      >
        <rect
          x={x(LOW)}
          width={x(HIGH) - x(LOW)}
          y={MARGIN.top}
          height={y(-MOST_A) - MARGIN.top}
          fill="var(--accent)"
          opacity={0.08}
        />
        <text x={x((LOW + HIGH) / 2)} y={MARGIN.top + 18} textAnchor="middle" className="zone-word">
          inside
        </text>
        {AREAS.map((area) => (
          <g key={area.zone}>
            <rect
              x={x(area.from)}
              width={x(area.to) - x(area.from)}
              y={area.up ? MARGIN.top : y(0)}
              height={y(0) - MARGIN.top}
              fill={zoneColor(area.zone)}
              opacity={area.zone === zone ? 0.42 : 0.16}
            />
            {area.lines.map((line, i) => (
              <text
                key={line}
                x={x((area.from + area.to) / 2)}
                y={(area.up ? y(1.25) : y(-1.1)) + 18 * i}
                textAnchor="middle"
                className={i === 0 ? 'zone-word strong' : 'zone-word'}
              >
                {line}
              </text>
            ))}
          </g>
        ))}
        <line x1={MARGIN.left} x2={WIDTH - MARGIN.right} y1={y(0)} y2={y(0)} stroke="var(--dim)" />
        <text x={MARGIN.left + 6} y={MARGIN.top + 16} className="zone-word">
          A &gt; 0
        </text>
        <text x={MARGIN.left + 6} y={y(-MOST_A) - 8} className="zone-word">
          A &lt; 0
        </text>
        {TICKS.map((one) => (
          <text
            key={one}
            x={Math.min(WIDTH - 14, Math.max(16, x(Math.log(one))))}
            y={HEIGHT - 8}
            textAnchor="middle"
            className="zone-tick"
          >
            {one === 1 ? 'r = 1' : one}
          </text>
        ))}
        <circle
          cx={x(Math.log(ratio))}
          cy={y(advantage)}
          r={8}
          fill={zoneColor(zone)}
          stroke="var(--ink)"
          strokeWidth={2}
        />
      </svg>
      <p className="zone-says" aria-live="polite" data-testid="zone-says">
        <i className="swatch" style={{ background: zoneFill(zone) }} />
        <b>{advantage === 0 ? 'A = 0' : ZONE_INFO[zone].title}.</b>{' '}
        {advantage === 0 ? 'The token has no gradient, whatever its weight.' : ZONE_INFO[zone].meaning}
      </p>
      <div className="table-box">
        <table className="table lesson-table">
          <thead>
            <tr>
              <th scope="col">strategy</th>
              <th scope="col">gradient weight w</th>
              <th scope="col">w · A</th>
            </tr>
          </thead>
          <tbody>
            {STRATEGIES.map(({ title, strategy }) => {
              const weight = weightOf(strategy, ratio, advantage);
              return (
                <tr key={title}>
                  <th scope="row">{title}</th>
                  <td className={weight === 0 ? 'zero' : ''}>{weight.toFixed(2)}</td>
                  <td>{weight * advantage === 0 ? '0' : signed(weight * advantage)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </LessonFigure>
  );
}
