/** The dialog loads when first opened. */
import { Part } from '../part.ts';

export const PUBLISH_DIALOG = new Part(async () => (await import('./PublishDialog.tsx')).PublishDialog);
