import { useMemo } from 'react';
import { adviceOf } from '../../advice/advice.ts';
import { useRecipe } from '../../store/recipe-store.ts';

/** Advice on common mistakes, shown at the field: "why is my clip ratio always 0?" first. */
export function FieldAdvice({ paths }: { paths: readonly string[] }) {
  const checked = useRecipe((recipe) => recipe.checked);
  const key = paths.join(' ');
  const advice = useMemo(
    () => (checked ? adviceOf(checked) : []).filter(({ path }) => key.split(' ').includes(path)),
    [checked, key],
  );
  return (
    <>
      {advice.map(({ path, tone, title, text }) => (
        <p key={path + title} className={tone === 'warning' ? 'note warning' : 'note'} role="note">
          <b>{title}</b> {text}
        </p>
      ))}
    </>
  );
}
