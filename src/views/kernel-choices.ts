/** Name of the browser's cache of the tuner's choices: it exists once this browser has trained. */
export const CHOICES = 'kernel-choices';
