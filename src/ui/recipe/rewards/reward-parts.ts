/** Parts of the rewards that load when first shown: the editor of JavaScript, and the bench. */
import { Part } from '../../part.ts';

export const SOURCE_EDITOR = new Part(async () => (await import('./SourceEditor.tsx')).SourceEditor);
