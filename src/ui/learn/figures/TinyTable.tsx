import { percent, signed } from '../../format.ts';
import { ZONE_INFO, zoneFill } from '../../zones.ts';
import { TINY_ANSWERS, tinyAdvantages, type TinyState } from '../tiny-policy.ts';
import { ANSWER_COLORS } from './RatioPanel.tsx';
import { Table } from '../../Table.tsx';

const ADVANTAGES = tinyAdvantages();

/** The small policy at one update, in numbers. */
export function TinyTable({ state, weights = false }: { state: TinyState; weights?: boolean }) {
  return (
    <Table className="lesson-table" heads={['answer', 'samples', 'A', 'π old', 'π now', 'r', 'zone', weights && 'w']}>
      {TINY_ANSWERS.map(({ text, drawn, probability }, j) => {
        const zone = state.zones[j] ?? 'inside';
        return (
          <tr key={text}>
            <th scope="row">
              <i className="swatch line" style={{ background: ANSWER_COLORS[j] }} />
              <code>{text}</code>
            </th>
            <td>{drawn} of 8</td>
            <td>{signed(ADVANTAGES[j] ?? 0)}</td>
            <td>{percent(probability, 0)}</td>
            <td>{percent(state.probabilities[j] ?? 0, 0)}</td>
            <td data-testid={`ratio-${text}`}>{(state.ratios[j] ?? 1).toFixed(2)}</td>
            <td>
              <i className="swatch" style={{ background: zoneFill(zone) }} />
              {ZONE_INFO[zone].title}
            </td>
            {weights && <td className={state.weights[j] === 0 ? 'zero' : ''}>{(state.weights[j] ?? 0).toFixed(2)}</td>}
          </tr>
        );
      })}
    </Table>
  );
}
