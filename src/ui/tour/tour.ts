/** The tour of the Train page, from the recipe to the tokens. */
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
    'All settings of a run: model, task, strategy, rollouts, updates. Point at a field’s name for an ' +
      'explanation. The same recipe and seed give the same run.',
  ),
  stop(
    '.section:has([aria-label="Clip strategy"])',
    'right',
    'The clip strategy',
    'It decides the gradient of a token whose probability has moved too far. PPO sets it to 0; GPPO keeps a ' +
      'bounded part.',
  ),
  stop(
    '.clip-forecast, .field:has(#field-rl-minibatches)',
    'right',
    'Will clipping ever fire?',
    'The recipe panel answers this before the run. With one update per rollout every ratio is 1, and all ' +
      'strategies are identical.',
  ),
  stop(
    '.top [aria-keyshortcuts="Space"]',
    'bottom',
    'Train',
    'Keyboard shortcuts on this page: Space trains, pauses or resumes, N runs one step, Esc stops. No data leaves ' +
      'this browser.',
  ),
  stop(
    '[data-testid="chart-reward"]',
    'right',
    'Reward',
    'The mean reward of each rollout (by a verifier, the share of correct responses), with the accuracy on held-out ' +
      'problems. Below it: clipped tokens, entropy, gradient by zone. Point at a curve for its values.',
  ),
  stop(
    'aside[aria-label="Rollouts"]',
    'left',
    'The tokens',
    'The ratio histogram and the model’s responses, coloured by zone, ratio, gradient weight or entropy. Point ' +
      'at a token for its values. When the run is paused, compare other strategies on the same batch.',
  ),
  stop(
    'nav[aria-label="Pages"]',
    'bottom',
    'Other pages',
    'Objective plots each strategy’s surrogate and gradient weight, with the run’s tokens on the curves. Compare ' +
      'trains several strategies over several seeds. Learn explains the method in eight short lessons.',
  ),
];

/** @param onEnd called when it is over, at the last stop or before */
export function startTour(onEnd: () => void): void {
  const moving = !matchMedia('(prefers-reduced-motion: reduce)').matches;
  const tour = driver({
    steps: STOPS,
    animate: moving,
    smoothScroll: moving,
    // The page may still be loading; a recipe without an RL stage has fewer stops.
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
    // The highlighted element opens no dialog, and a section may not have these attributes.
    onHighlighted: (element, _step, { state }) => {
      for (const name of ['aria-haspopup', 'aria-expanded', 'aria-controls']) element?.removeAttribute(name);
      // Enter activates Next, not Close.
      state.popover?.nextButton.focus();
    },
    onDestroyed: () => {
      observer.disconnect();
      onEnd();
    },
  });
  // Content that arrives late, or during a run, moves the highlighted element.
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
