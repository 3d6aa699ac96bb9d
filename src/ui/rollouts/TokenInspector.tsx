import { useCallback, useEffect, useState, type FocusEvent, type PointerEvent, type ReactNode } from 'react';
import type { RolloutView } from '../../run/step-record.ts';
import { TokenDetail } from './TokenDetail.tsx';

interface Spot {
  rollout: number;
  token: number;
  /** Of the token on the screen. */
  bounds: DOMRect;
}

const WIDTH = 330;
const HEIGHT = 250;
const GAP = 6;

/** Shows the numbers of the hovered or focused token: one detail element for all tokens. */
export function TokenInspector({ rollouts, children }: { rollouts: readonly RolloutView[]; children: ReactNode }) {
  const [spot, setSpot] = useState<Spot>();
  const look = useCallback((event: PointerEvent | FocusEvent) => setSpot(spotOf(event.target)), []);
  const leave = useCallback(() => setSpot(undefined), []);
  const shown = spot !== undefined;
  useEffect(() => {
    if (!shown) return undefined;
    // The detail is positioned on the screen and would not scroll with its token.
    window.addEventListener('scroll', leave, { capture: true, passive: true });
    return () => window.removeEventListener('scroll', leave, { capture: true });
  }, [shown, leave]);
  const token = spot && rollouts[spot.rollout]?.tokens[spot.token];
  return (
    <div onPointerOver={look} onPointerLeave={leave} onFocus={look} onBlur={leave}>
      {children}
      {spot && token && (
        <div className="token-popup" role="tooltip" style={place(spot.bounds)}>
          <TokenDetail token={token} />
        </div>
      )}
    </div>
  );
}

function spotOf(target: EventTarget): Spot | undefined {
  const element = target instanceof Element ? target.closest<HTMLElement>('.token') : null;
  if (!element) return undefined;
  return {
    rollout: Number(element.dataset.rollout),
    token: Number(element.dataset.token),
    bounds: element.getBoundingClientRect(),
  };
}

/** Below the token, or above it without room below. */
function place({ left, top, bottom }: DOMRect): { left: number; top: number; width: number } {
  const below = bottom + GAP + HEIGHT <= window.innerHeight;
  return {
    left: Math.max(GAP, Math.min(left - 24, window.innerWidth - WIDTH - GAP)),
    top: below ? bottom + GAP : Math.max(GAP, top - GAP - HEIGHT),
    width: WIDTH,
  };
}
