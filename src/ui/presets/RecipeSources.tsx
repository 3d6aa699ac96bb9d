import { recipeFieldLabel } from '../../run/recipe-labels.ts';
import type { Recipe } from '../../run/recipes/recipe.ts';

const shown = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value));

/** Where each value of a recipe is from, and what it was scaled from. */
export function RecipeSources({ recipe }: { recipe: Recipe }) {
  return (
    <details className="recipe-sources" data-testid="recipe-sources">
      <summary>Sources of the values</summary>
      <div className="recipe-sources-table" tabIndex={0} role="region" aria-label={`Sources of ${recipe.title}`}>
        <table>
          <thead>
            <tr>
              <th scope="col">Field</th>
              <th scope="col">Here</th>
              <th scope="col">Scaled from</th>
              <th scope="col">Source</th>
            </tr>
          </thead>
          <tbody>
            {recipe.fields.map((field) => (
              <tr key={field.path}>
                <th scope="row">{recipeFieldLabel(field, recipe)}</th>
                <td>{shown(field.value)}</td>
                <td>{field.scaledFrom ?? ''}</td>
                <td>
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
