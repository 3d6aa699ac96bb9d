/** Whether the recipe shows basic or advanced fields, kept in this browser. */
import { create } from 'zustand';
import { persist } from 'zustand/middleware';

export const RECIPE_VIEWS = ['basic', 'advanced'] as const;
export type RecipeView = (typeof RECIPE_VIEWS)[number];

interface RecipeViewState {
  view: RecipeView;
  show: (view: RecipeView) => void;
}

export const useRecipeView = create<RecipeViewState>()(
  persist((set) => ({ view: 'basic', show: (view) => set({ view }) }), {
    name: 'gppo-studio-recipe-view',
    partialize: ({ view }) => ({ view }),
    merge: (kept, fresh) => ({
      ...fresh,
      view: RECIPE_VIEWS.find((view) => view === (kept as { view?: unknown } | undefined)?.view) ?? fresh.view,
    }),
  }),
);
