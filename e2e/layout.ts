/**
 * Faults in the layout of the page as it is shown, one sentence each. `layoutFaults` runs in the browser, so it uses
 * nothing from outside itself.
 */
import type { Page } from '@playwright/test';

/**
 * - The window and every scroll container end with what can be seen in them; nothing invisible makes them longer.
 * - Nothing is wider than the window, and only code, formulas and tables of results scroll sideways.
 * - No box cuts off its content, except text that ends in an ellipsis.
 * - Choices and placeholders fit into their fields, except names, which the title of a field has in full.
 *
 * @param tail pixels that a scroll container may have below its content beside its own padding: margins of its last
 *   elements
 */
function layoutFaults(tail: number): string[] {
  const root = document.documentElement;
  const sideways = 'pre, textarea, .cm-scroller, .formula, .lesson-formula, .table-box, .difference-scroll';
  const nameOf = (element: Element): string => {
    const label = element.getAttribute('aria-label') ?? element.getAttribute('data-testid') ?? element.id;
    const classes = element.getAttribute('class')?.split(' ').slice(0, 3).join('.') ?? '';
    const text = label || (element.textContent ?? '').trim().slice(0, 30);
    return `<${element.tagName.toLowerCase()}${classes && `.${classes}`}${text && ` "${text}"`}>`;
  };
  const hidden = (element: Element): boolean =>
    !element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) ||
    getComputedStyle(element).clipPath.startsWith('inset(50%');
  const visible = ({ right, bottom }: { right: number; bottom: number }, clip: typeof NONE) => ({
    right: Math.min(right, clip.right),
    bottom: Math.min(bottom, clip.bottom),
  });
  const NONE = { right: Infinity, bottom: Infinity };

  interface Seen {
    element: Element;
    right: number;
    bottom: number;
  }

  /** What a person sees in `container`: text, pictures, controls, edges and colours, as far as no box clips it. */
  function seen(container: Element, clip = NONE): Seen[] {
    const found: Seen[] = [];
    for (const node of container.childNodes) {
      if (node instanceof Text && node.data.trim() !== '') {
        const range = document.createRange();
        range.selectNodeContents(node);
        found.push({ element: container, ...visible(range.getBoundingClientRect(), clip) });
      }
      if (!(node instanceof Element) || hidden(node)) continue;
      const style = getComputedStyle(node);
      if (style.position === 'fixed') continue;
      const box = node.getBoundingClientRect();
      const painted =
        parseFloat(style.borderBottomWidth) > 0 || !/^(transparent|rgba\(.*, 0\))$/.test(style.backgroundColor);
      const solid = node.matches('svg, canvas, img, input, textarea, select, button');
      if ((painted || solid) && box.width > 1) found.push({ element: node, ...visible(box, clip) });
      if (node instanceof SVGElement) continue;
      const clips = style.overflowX !== 'visible' || style.overflowY !== 'visible';
      found.push(...seen(node, clips ? visible(box, clip) : clip));
    }
    return found;
  }

  const faults: string[] = [];
  if (root.scrollWidth > root.clientWidth)
    faults.push(`The page is ${root.scrollWidth - root.clientWidth} px wider than the window`);
  for (const { element, right } of seen(document.body))
    if (right > root.clientWidth + 1)
      faults.push(`${nameOf(element)} ends ${Math.round(right - root.clientWidth)} px right of the window`);

  for (const element of [root, ...document.querySelectorAll('body *')]) {
    if (element !== root && (hidden(element) || element instanceof SVGElement)) continue;
    const { overflowX, overflowY, paddingBottom, textOverflow } = getComputedStyle(element);
    const window = element === root;
    const scrolls = window || overflowY === 'auto' || overflowY === 'scroll';
    const higher = element.scrollHeight - element.clientHeight;
    const wider = element.scrollWidth - element.clientWidth;
    if (scrolls && higher > 1) {
      const top = element.getBoundingClientRect().top - (window ? 0 : element.scrollTop);
      const end = Math.max(0, ...seen(window ? document.body : element).map(({ bottom }) => bottom - top));
      const blank = Math.round(element.scrollHeight - end - parseFloat(paddingBottom));
      if (blank > tail) faults.push(`${nameOf(element)} scrolls on for ${blank} px below its content`);
    }
    if (window || element.clientHeight <= 1) continue;
    if (!['visible', 'hidden', 'clip'].includes(overflowX) && wider > 1 && !element.matches(sideways))
      faults.push(`${nameOf(element)} scrolls ${wider} px sideways`);
    if (['hidden', 'clip'].includes(overflowY) && higher > 4)
      faults.push(`${nameOf(element)} cuts off ${higher} px of its height`);
    if (['hidden', 'clip'].includes(overflowX) && wider > 4 && textOverflow !== 'ellipsis')
      faults.push(`${nameOf(element)} cuts off ${wider} px of its width`);
  }
  const pen = document.createElement('canvas').getContext('2d');
  for (const field of document.querySelectorAll<HTMLInputElement | HTMLSelectElement>('select, input')) {
    if (hidden(field) || !field.clientWidth || field.title !== '' || !pen) continue;
    const choice = field instanceof HTMLSelectElement;
    if (!choice && field.value !== '') continue;
    const text = choice ? (field.selectedOptions[0]?.text ?? '') : field.placeholder;
    const { paddingLeft, paddingRight } = getComputedStyle(field);
    const { fontStyle, fontWeight, fontSize, fontFamily } = getComputedStyle(
      field,
      choice ? undefined : '::placeholder',
    );
    pen.font = `${fontStyle} ${fontWeight} ${fontSize} ${fontFamily}`;
    const room = field.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
    const over = Math.ceil(pen.measureText(text).width - room);
    if (over > 1) faults.push(`${nameOf(field)} cuts off ${over} px of “${text}”`);
  }
  return [...new Set(faults)];
}

/** Pixels: margins of the last elements of a column. */
const TAIL = 48;

/** Faults of the page as it is shown. */
export const faults = (page: Page): Promise<string[]> => page.evaluate(layoutFaults, TAIL);
