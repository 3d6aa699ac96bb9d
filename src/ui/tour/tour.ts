/** A walk around the Train page, from the recipe to the tokens. */
import { driver, type DriveStep } from 'driver.js';
import 'driver.js/dist/driver.css';
import './tour.css';

const stop = (element: string, side: 'left' | 'right' | 'bottom', title: string, description: string): DriveStep => ({
  element,
  popover: { side, align: 'start', title, description },
});

const STOPS: DriveStep[] = [
  stop(
    'aside[aria-label="Recipe"]',
    'right',
    'The recipe',
    'Everything that determines a run: model, task, rule, rollouts, updates. Rest the pointer on a name for a sentence about it. The same recipe and seed give the same run.',
  ),
  stop(
    '.section:has([aria-label="Clip strategy"])',
    'right',
    'The clip rule',
    'What becomes of the gradient of a token whose probability has moved too far. PPO drops it, GPPO keeps a bounded part.',
  ),
  stop(
    '.field:has(#field-rl-minibatches)',
    'right',
    'Will clipping ever fire?',
    'Answered before the run. With one update a rollout every ratio is 1, and all rules are the same.',
  ),
  stop(
    '.top [aria-keyshortcuts="Space"]',
    'bottom',
    'Train',
    'Space trains and pauses, N makes one step, Esc stops. Nothing leaves this browser.',
  ),
  stop(
    '[data-testid="chart-reward"]',
    'right',
    'Reward',
    'The share of right answers in each rollout, with the accuracy on problems that are never trained on. Further down: clipped tokens, entropy, gradient by zone. Point at a curve for its numbers.',
  ),
  stop(
    'aside[aria-label="Rollouts"]',
    'left',
    'The tokens',
    'How far every token has moved, and what the model wrote, coloured by zone, ratio, weight or entropy. Point at a token for its numbers. On a run at rest, ask what the other rules would have done.',
  ),
  stop(
    'nav[aria-label="Places"]',
    'bottom',
    'Other places',
    'Objective draws the rules as curves, with the run’s tokens on them. Compare runs several rules over seeds. Learn explains all of it in eight short lessons.',
  ),
];

/** @param onEnd called when it is over, at the last stop or before */
export function startTour(onEnd: () => void): void {
  const moving = !matchMedia('(prefers-reduced-motion: reduce)').matches;
  const tour = driver({
    steps: STOPS,
    animate: moving,
    smoothScroll: moving,
    // The page may still be on its way in; a recipe without an RL stage has fewer stops.
    waitForElement: 1500,
    skipMissingElement: true,
    disableActiveInteraction: true,
    overlayOpacity: 0.55,
    stagePadding: 4,
    stageRadius: 8,
    showProgress: true,
    progressText: '{{current}} of {{total}}',
    nextBtnText: 'Next',
    prevBtnText: 'Back',
    doneBtnText: 'Done',
    popoverClass: 'studio-tour',
    onPopoverRender: ({ title, footer }) => {
      // A header and a footer outside an article are landmarks of the page, which a card is not.
      title.setAttribute('role', 'none');
      footer.setAttribute('role', 'group');
    },
    // What is looked at opens no dialog, and a section may not say that it does.
    onHighlighted: (element, _step, { state }) => {
      for (const name of ['aria-haspopup', 'aria-expanded', 'aria-controls']) element?.removeAttribute(name);
      // The way on, and not the way out, is under the Enter key.
      state.popover?.nextButton.focus();
    },
    onDestroyed: () => {
      observer.disconnect();
      onEnd();
    },
  });
  // What comes in late, or while a run goes on, moves what is looked at.
  let asked = false;
  const observer = new MutationObserver(() => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      if (tour.isActive()) tour.refresh();
    });
  });
  observer.observe(document.body.querySelector('#root') ?? document.body, {
    childList: true,
    characterData: true,
    subtree: true,
  });
  tour.drive();
}
