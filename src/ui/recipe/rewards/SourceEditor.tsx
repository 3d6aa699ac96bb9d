import { CodeEditor, type CodeProblem } from '../../inputs/CodeEditor.tsx';
import { JAVASCRIPT } from './javascript.ts';

export interface SourceEditorProps {
  label: string;
  source: string;
  problems: readonly CodeProblem[];
  onChange: (source: string) => void;
}

/** JavaScript of a custom reward, with the messages of the interpreter on their lines. */
export function SourceEditor(props: SourceEditorProps) {
  return <CodeEditor {...props} language={JAVASCRIPT} height={{ least: 110, most: 360 }} testId="reward-source" />;
}
