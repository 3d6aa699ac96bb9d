import { useRecipe } from '../../store/recipe-store.ts';

/** "Why is my clip ratio always 0?", answered before the run. */
export function ClippingAdvice() {
  const rl = useRecipe((recipe) => recipe.checked?.rl);
  if (!rl) return null;
  const updates = rl.minibatches * rl.epochs;
  if (updates <= 1) {
    return (
      <p className="note warning" role="note">
        <b>Clipping will never fire.</b> With one update a rollout, r is exactly 1 for every token, and all strategies are the same. Use more minibatches or epochs.
      </p>
    );
  }
  return (
    <p className="note" role="note">
      <b>Clipping can fire.</b> {updates} updates a rollout: r is 1 in the first and moves away from it in the {updates - 1 === 1 ? 'second' : `${updates - 1} that follow`}.
    </p>
  );
}
