import { recipeFieldLabel } from '../../run/recipe-labels.ts';
import type { Recipe } from '../../run/recipes/recipe.ts';
import { valueText } from '../../run/recipes/source-text.ts';

/** Where each value of a recipe is from, and what it was scaled from. */
export function RecipeSources({ recipe }: { recipe: Recipe }) {
  const scaled = recipe.fields.filter(({ scaledFrom }) => scaledFrom !== undefined).length;
  return (
    <details className="recipe-sources" data-testid="recipe-sources">
      <summary>
        Sources of the values{' '}
        <span className="aside">
          {recipe.fields.length - scaled} as published, {scaled} scaled down
        </span>
      </summary>
      <div className="recipe-sources-table" tabIndex={0} role="region" aria-label={`Sources of ${recipe.title}`}>
        <table>
          <thead>
            <tr>
              <th scope="col">Field</th>
              <th scope="col">Here</th>
              <th scope="col">Published</th>
              <th scope="col">Source</th>
            </tr>
          </thead>
          <tbody>
            {recipe.fields.map((field) => (
              <tr key={field.path}>
                <th scope="row">{recipeFieldLabel(field, recipe)}</th>
                <td className="recipe-here">{valueText(field.value)}</td>
                <td className="recipe-published">{field.scaledFrom ?? <span className="aside">the same</span>}</td>
                <td className="recipe-source">
                  <a href={field.cited.source.url} target="_blank" rel="noreferrer">
                    {field.cited.source.title}
                  </a>
                  {field.cited.place && `, ${field.cited.place}`}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
