/** docs/recipes.md and configs/recipe-*.json: the recipes of papers, from src/run/recipes/. */
import { RECIPES } from '../../src/run/recipes/index.ts';
import { recipeInput, type Recipe, type RecipeField } from '../../src/run/recipes/recipe.ts';
import { wrapped } from './prose.ts';

const HEAD = `# Recipes of papers

*Generated from \`src/run/recipes/\` by \`npm run docs\`; do not edit.*

Settings of published RL recipes on a model of 0.1M parameters that trains in minutes. Each value says where it is from;
where it is scaled down, or counted in another unit, the table has the source's own value. Model, task, seed, number of
steps and evaluation are the studio's, and so is every field that is not listed: it has its default
([run-config.md](run-config.md)). At this size the recipes show what the settings do, not which of them is best for
large models; compare them over several seeds (\`compare\`).

On the page they are under "Recipes of papers"; § beside a field says where its value is from.
`;

export function recipesDocument(): string {
  return [HEAD, ...RECIPES.map(section)].join('\n');
}

/** Paths of the configs with the functions that generate them. */
export const RECIPE_CONFIGS: Record<string, () => string> = Object.fromEntries(
  RECIPES.map((recipe) => [fileOf(recipe), () => `${JSON.stringify(recipeInput(recipe), null, 2)}\n`]),
);

function fileOf({ id }: Recipe): string {
  return `configs/${id}.json`;
}

function section(recipe: Recipe): string {
  const { title, summary, fields, id } = recipe;
  return `## ${title}

${wrapped(summary)}

    npm run --silent cli -- train ${fileOf(recipe)} --output runs/${id}

| field | value | scaled from | source |
|---|---|---|---|
${fields.map(row).join('\n')}
`;
}

function row({ path, value, scaledFrom, cited: { source, place } }: RecipeField): string {
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  const where = `[${source.title}](${source.url})${place === '' ? '' : `, ${place}`}`;
  return `| \`${path}\` | \`${text}\` | ${scaledFrom ?? ''} | ${where} |`;
}
