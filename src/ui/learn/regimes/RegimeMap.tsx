import type { ReactNode } from 'react';
import { epochsOf, startOf } from '../../../regimes/cell.ts';
import { directionOf, gainText, points, settingText, signed, startText, updatesOf } from '../../../regimes/text.ts';
import { PLACES, type Place } from './regime-data.ts';

/** Gain, in points, at which a cell has its full colour. */
const FULL = 10;

interface Choice {
  chosen: number;
  choose: (index: number) => void;
}

/** The plane of start and updates per rollout, and the other settings below it: radio buttons, so that arrows walk. */
export function RegimeMap({ chosen, choose }: Choice) {
  const places = PLACES.map((place, index) => ({ ...place, index }));
  const plane = places.filter(({ sweep }) => sweep === 'plane');
  const others = places.filter(({ sweep }) => sweep !== 'plane');
  const starts = [...new Set(plane.map(({ cell }) => startOf(cell)))];
  const columns = [...new Set(plane.map(({ cell }) => epochsOf(cell)))].sort((a, b) => a - b);
  const tile = (place: Place & { index: number }, label: ReactNode) => (
    <CellTile key={place.index} place={place} label={label} checked={place.index === chosen} onChoose={choose} />
  );
  return (
    <fieldset className="regime-map" data-testid="regime-map">
      <legend>Gain of the upper side in sampled accuracy, points</legend>
      {plane.length > 0 && (
        <div className="regime-plane" style={{ '--columns': columns.length } as React.CSSProperties}>
          <span className="regime-axis across" aria-hidden>
            updates per rollout →
          </span>
          {starts.map((start) => {
            const row = plane.filter(({ cell }) => startOf(cell) === start);
            return (
              <div className="regime-row" key={start}>
                <span className="regime-axis" aria-hidden>
                  start
                  <b>
                    {startText(
                      row.map(({ cell }) => cell),
                      start,
                    )}
                  </b>
                  correct
                </span>
                {columns.map((epochs) => {
                  const place = row.find(({ cell }) => epochsOf(cell) === epochs);
                  return place && tile(place, `${updatesOf(place.cell)} updates`);
                })}
              </div>
            );
          })}
        </div>
      )}
      {others.length > 0 && (
        <>
          <p className="regime-axis others">Other settings</p>
          <div className="regime-others">
            {others.map((place) => tile(place, settingText(place.sweep, place.cell, place.cells)))}
          </div>
        </>
      )}
      <p className="hint">
        Colour: <i className="regime-key gain" aria-hidden /> gain, <i className="regime-key loss" aria-hidden /> loss;
        a dashed edge says that the interval includes 0. The bar is the preserved share of the gradient&apos;s mass.
      </p>
    </fieldset>
  );
}

interface TileProps {
  place: Place & { index: number };
  label: ReactNode;
  checked: boolean;
  onChoose: (index: number) => void;
}

function CellTile({ place, label, checked, onChoose }: TileProps) {
  const { sweep, cell, cells, index } = place;
  const { interval } = cell.gains.sampled;
  const direction = directionOf(interval);
  const shown = direction !== 'no difference shown';
  const share = Math.min(1, Math.abs(100 * interval.mean) / FULL);
  const name =
    `${settingText(sweep, cell, cells)}: ${gainText(interval)} points, ${direction}; ` +
    `preserved ${points(cell.upperSide.preserved)} %`;
  return (
    <label
      className={`regime-tile ${interval.mean < 0 ? 'loss' : 'gain'} ${shown ? '' : 'open'}`}
      style={{ '--strength': `${(8 + 40 * share).toFixed(0)}%` } as React.CSSProperties}
    >
      <input
        type="radio"
        name="regime-cell"
        aria-label={name}
        checked={checked}
        onChange={() => {
          onChoose(index);
        }}
      />
      <span className="regime-label">{label}</span>
      <b>{signed(interval.mean)}</b>
      <small>
        [{signed(interval.low)}, {signed(interval.high)}]
      </small>
      <span className="regime-preserved" aria-hidden>
        <span style={{ width: `${Math.min(100, 500 * cell.upperSide.preserved).toFixed(0)}%` }} />
      </span>
      <small>preserved {points(cell.upperSide.preserved)} %</small>
    </label>
  );
}
