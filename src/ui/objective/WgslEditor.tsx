import { wgsl } from '@iizukak/codemirror-lang-wgsl';
import type { StrategyProblem } from '../../views/strategy-views.ts';
import { CodeEditor } from '../inputs/CodeEditor.tsx';

interface WgslEditorProps {
  source: string;
  problems: readonly StrategyProblem[];
  onChange: (source: string) => void;
}

const WGSL = wgsl();

/** WGSL with highlighting, and the compiler's messages on their lines. */
export function WgslEditor(props: WgslEditorProps) {
  return (
    <CodeEditor
      {...props}
      label="WGSL of the strategy"
      language={WGSL}
      height={{ least: 300, most: 420 }}
      testId="wgsl-editor"
    />
  );
}
