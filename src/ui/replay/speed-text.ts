import type { Speed } from '../../store/replay-store.ts';

/** `0.5x`, `4x`, `As fast as possible`. */
export const speedText = (speed: Speed): string => (speed === 'max' ? 'As fast as possible' : `${speed}x`);
