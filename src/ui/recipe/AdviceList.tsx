import { useMemo } from 'react';
import { adviceOf } from '../../run/advice.ts';
import { useRecipe } from '../../store/recipe-store.ts';

/** What people trip over, beside the fields under `prefix`: "why is my clip ratio always 0?" first. */
export function AdviceList({ prefix, except }: { prefix: string; except?: string }) {
  const checked = useRecipe((recipe) => recipe.checked);
  const advice = useMemo(() => (checked ? adviceOf(checked) : []).filter(({ path }) => path.startsWith(prefix) && !(except && path.startsWith(except))), [checked, prefix, except]);
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
