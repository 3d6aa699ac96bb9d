/** Pages and dialogs that are loaded when first shown. */
import type { Place } from '../store/page-store.ts';
import { useRuns } from '../store/runs-store.ts';
import { Part } from './part.ts';

export const PAGE_PARTS: Record<Exclude<Place, 'train'>, Part<object>> = {
  rollouts: new Part(async () => (await import('./rollouts/browse/RolloutsPage.tsx')).RolloutsPage),
  objective: new Part(async () => (await import('./objective/ObjectivePage.tsx')).ObjectivePage),
  compare: new Part(async () => (await import('./compare/ComparePage.tsx')).ComparePage),
  playground: new Part(async () => (await import('./playground/PlaygroundPage.tsx')).PlaygroundPage),
  evaluate: new Part(async () => (await import('./evaluate/EvaluatePage.tsx')).EvaluatePage),
  models: new Part(async () => (await import('./models/ModelsPage.tsx')).ModelsPage),
  data: new Part(async () => (await import('./data/DataPage.tsx')).DataPage),
  runs: new Part(async () => {
    // The list is read while the files of the page load.
    void useRuns.getState().open();
    return (await import('./runs/RunsPage.tsx')).RunsPage;
  }),
  learn: new Part(async () => (await import('./learn/LearnPage.tsx')).LearnPage),
};

export const ALARM_LIST = new Part(async () => (await import('./AlarmList.tsx')).AlarmList);
export const NO_WEBGPU = new Part(async () => (await import('./NoWebGpu.tsx')).NoWebGpu);
export const MISSING_GPU_NOTE = new Part(async () => (await import('./NoWebGpu.tsx')).MissingGpuNote);
export const WHAT_IF = new Part(async () => (await import('./what-if/WhatIfPanel.tsx')).WhatIfPanel);
export const PRESENTER = new Part(async () => (await import('./present/Presenter.tsx')).Presenter);
export const REWARD_BENCH = new Part(async () => (await import('./rewards/RewardBench.tsx')).RewardBench);
export const FOREIGN_CODE = new Part(async () => (await import('./ForeignCode.tsx')).ForeignCode);
export const SHARE_DIALOG = new Part(async () => (await import('./share/ShareDialog.tsx')).ShareDialog);
export const NOTICES = new Part(async () => (await import('./Notices.tsx')).Notices);
export const DISCARD_DIALOG = new Part(async () => (await import('./run/DiscardDialog.tsx')).DiscardDialog);
