import katex from 'katex';
import 'katex/dist/katex.min.css';

/** A formula in KaTeX's notation; screen readers get its MathML. */
export function Formula({ tex, inline = false }: { tex: string; inline?: boolean }) {
  const __html = katex.renderToString(tex, { displayMode: !inline, throwOnError: true, output: 'htmlAndMathml' });
  return inline ? (
    <span dangerouslySetInnerHTML={{ __html }} />
  ) : (
    <div className="lesson-formula" dangerouslySetInnerHTML={{ __html }} />
  );
}
