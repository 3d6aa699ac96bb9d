/** Fields of the recipe's long form: the first screen shows the short one. */
import { Part } from '../part.ts';

export const ADVANCED_FIELDS = new Part(async () => (await import('./AdvancedFields.tsx')).AdvancedFields);
export const TRAINED_SECTION = new Part(async () => (await import('./TrainedSection.tsx')).TrainedSection);
export const REWARDS_SECTION = new Part(async () => (await import('./rewards/RewardsSection.tsx')).RewardsSection);
export const DATASET_FIELDS = new Part(async () => (await import('./DatasetFields.tsx')).DatasetFields);
