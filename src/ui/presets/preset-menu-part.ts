import { Part } from '../part.ts';

export const PRESET_MENU = new Part(async () => (await import('./PresetMenu.tsx')).PresetMenu);
