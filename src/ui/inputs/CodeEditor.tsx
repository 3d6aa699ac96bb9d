import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { setDiagnostics } from '@codemirror/lint';
import { EditorState, type Extension } from '@codemirror/state';
import { EditorView, highlightActiveLine, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { minimalSetup } from 'codemirror';
import { useEffect, useRef } from 'react';

/** Colours are CSS variables of theme.css, so that light and dark need no second editor. */
const COLORS = HighlightStyle.define([
  { tag: [tags.keyword, tags.controlKeyword, tags.definitionKeyword, tags.modifier], color: 'var(--code-keyword)' },
  { tag: [tags.number, tags.bool, tags.integer, tags.float], color: 'var(--code-number)' },
  { tag: [tags.typeName, tags.className, tags.string], color: 'var(--code-type)' },
  {
    tag: [tags.function(tags.variableName), tags.function(tags.definition(tags.variableName))],
    color: 'var(--code-function)',
  },
  { tag: [tags.comment, tags.lineComment, tags.blockComment], color: 'var(--dim)', fontStyle: 'italic' },
]);

const LOOK = EditorView.theme({
  '&': {
    fontSize: '12.5px',
    border: '1px solid var(--line)',
    borderRadius: '8px',
    background: 'var(--card)',
    color: 'var(--ink)',
  },
  '&.cm-focused': { outline: '2px solid var(--accent)' },
  '.cm-scroller': { fontFamily: 'var(--mantine-font-family-monospace)' },
  '.cm-gutters': { background: 'transparent', color: 'var(--dim)', border: '0' },
  '.cm-activeLine': { background: 'color-mix(in srgb, var(--accent) 7%, transparent)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
});

/** A message at a place of the source; line and column count from 1. */
export interface CodeProblem {
  line: number;
  column: number;
  message: string;
}

interface CodeEditorProps {
  /** Its name for screen readers. */
  label: string;
  source: string;
  problems: readonly CodeProblem[];
  language: Extension;
  /** Pixels. */
  height: { least: number; most: number };
  testId: string;
  onChange: (source: string) => void;
}

/** Source text with highlighting, and messages on their lines. */
export function CodeEditor({ label, source, problems, language, height, testId, onChange }: CodeEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | undefined>(undefined);
  const changed = useRef(onChange);
  const setup = useRef({ label, language, height });
  useEffect(() => {
    changed.current = onChange;
  });
  useEffect(() => {
    if (!host.current) return undefined;
    const { least, most } = setup.current.height;
    const editor = new EditorView({
      parent: host.current,
      state: EditorState.create({
        extensions: [
          minimalSetup,
          lineNumbers(),
          highlightActiveLine(),
          setup.current.language,
          syntaxHighlighting(COLORS),
          LOOK,
          EditorView.theme({ '.cm-scroller': { minHeight: `${least}px`, maxHeight: `${most}px` } }),
          // An editable text takes the focus anyway; axe knows it by its tabindex.
          EditorView.contentAttributes.of({ 'aria-label': setup.current.label, tabindex: '0' }),
          EditorView.updateListener.of((update) => update.docChanged && changed.current(update.state.doc.toString())),
        ],
      }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, []);
  useEffect(() => {
    const editor = view.current;
    if (editor && editor.state.doc.toString() !== source)
      editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: source } });
  }, [source]);
  useEffect(() => {
    const editor = view.current;
    if (!editor) return;
    const { doc } = editor.state;
    const marks = problems.map(({ line, column, message }) => {
      const at = doc.line(Math.min(doc.lines, Math.max(1, line)));
      const from = Math.min(at.to, at.from + Math.max(0, column - 1));
      return { from, to: Math.max(from, at.to), severity: 'error' as const, message };
    });
    editor.dispatch(setDiagnostics(editor.state, marks));
  }, [problems]);
  return <div ref={host} data-testid={testId} />;
}
