/** Highlighting of JavaScript: words, numbers, strings and comments, without a grammar. */
import { StreamLanguage, type StringStream } from '@codemirror/language';

const KEYWORDS =
  /^(?:await|break|case|catch|class|const|continue|default|delete|do|else|extends|finally|for|function|if|in|instanceof|let|new|of|return|static|super|switch|this|throw|try|typeof|var|void|while|yield)$/;
const CONSTANTS = /^(?:true|false|null|undefined|NaN|Infinity)$/;

interface State {
  /** What the text is inside of, over the end of a line. */
  open: 'comment' | 'template' | undefined;
}

/** Moves behind the closing mark; false if it is not on this line. */
function closed(stream: StringStream, mark: string): boolean {
  for (let escaped = false, next = stream.next(); next !== undefined; next = stream.next()) {
    if (!escaped && next === mark) return true;
    escaped = !escaped && next === '\\';
  }
  return false;
}

function token(stream: StringStream, state: State): string | null {
  if (state.open === 'comment') {
    if (stream.skipTo('*/')) {
      stream.match('*/');
      state.open = undefined;
    } else stream.skipToEnd();
    return 'comment';
  }
  if (state.open === 'template') {
    if (closed(stream, '`')) state.open = undefined;
    return 'string';
  }
  if (stream.eatSpace()) return null;
  if (stream.match('//')) {
    stream.skipToEnd();
    return 'comment';
  }
  if (stream.match('/*')) {
    state.open = 'comment';
    return 'comment';
  }
  if (stream.match(/^(?:0[xob][\da-f_]+|\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?)/i)) return 'number';
  if (stream.match(/^[A-Za-z_$][\w$]*/)) {
    const word = stream.current();
    if (KEYWORDS.test(word)) return 'keyword';
    if (CONSTANTS.test(word)) return 'bool';
    return stream.match(/^\s*\(/, false) ? 'variableName.function' : 'variableName';
  }
  const next = stream.next();
  if (next === '`') {
    if (!closed(stream, '`')) state.open = 'template';
    return 'string';
  }
  if (next === '"' || next === "'") {
    closed(stream, next);
    return 'string';
  }
  return null;
}

export const JAVASCRIPT = StreamLanguage.define<State>({
  name: 'javascript',
  startState: () => ({ open: undefined }),
  token,
});
