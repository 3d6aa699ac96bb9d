import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useEffect } from 'react';
import { nameOf } from '../../store/recipe.ts';
import { useRecipe, type Replacement } from '../../store/recipe-store.ts';

const ID = 'recipe-replaced';
/** Milliseconds to read a notice, and one with a text about what to look at. */
const NOTICE_MS = 12_000;
const LONG_NOTICE_MS = 30_000;

/** Reports which recipe replaced another one, with undo, and why a kept recipe was dropped. */
export function RecipeNotices() {
  const replacement = useRecipe((recipe) => recipe.replacement);
  const dropped = useRecipe((recipe) => recipe.dropped);
  useEffect(() => {
    if (replacement) announce(replacement);
  }, [replacement]);
  useEffect(() => {
    if (dropped === undefined) return;
    notifications.show({
      id: 'recipe-dropped',
      color: 'yellow',
      autoClose: false,
      title: 'The recipe kept in this browser cannot be read',
      message: `${dropped}. It may be from another version of the studio. The demo recipe is loaded instead.`,
    });
    useRecipe.setState({ dropped: undefined });
  }, [dropped]);
  return null;
}

function announce({ title, text, before }: Replacement): void {
  // A notice with the id of one still shown would be dropped.
  notifications.hide(ID);
  notifications.show({
    id: ID,
    title,
    autoClose: text ? LONG_NOTICE_MS : NOTICE_MS,
    message: (
      <>
        {text} {before ? `It replaced “${nameOf(before.config)}”.` : 'No field has changed.'}
        {before && (
          <Button
            size="compact-xs"
            variant="default"
            display="block"
            mt={8}
            onClick={() => {
              useRecipe.getState().restore(before);
              notifications.hide(ID);
            }}
          >
            Undo
          </Button>
        )}
      </>
    ),
  });
}
