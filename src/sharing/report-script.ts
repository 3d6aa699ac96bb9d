/**
 * The script of a report, as text: its checksum is in the report's policy, so that it must be the same wherever a
 * report is made. A pointer over a chart, or the arrow keys in it, say the row of its table at that step.
 */
export const REPORT_SCRIPT = `
for (const figure of document.querySelectorAll('figure[data-ends]')) {
  const [first, last, left, right] = figure.dataset.ends.split(' ').map(Number);
  const svg = figure.querySelector('svg');
  const said = figure.querySelector('output');
  const textOf = (element) => element.textContent.trim();
  const heads = [...figure.querySelectorAll('thead th')].map(textOf);
  const rows = [...figure.querySelectorAll('tbody tr')].map((row) => [...row.children].map(textOf));
  if (!svg || rows.length === 0) continue;
  const steps = rows.map(([step]) => Number(step));
  const [, , width, height] = svg.getAttribute('viewBox').split(' ').map(Number);
  const mark = document.createElementNS('http://www.w3.org/2000/svg', 'line');
  mark.setAttribute('stroke', 'var(--dim)');
  mark.setAttribute('y1', '52');
  mark.setAttribute('y2', String(height - 42));
  svg.append(mark);
  let at = -1;
  const show = (row) => {
    at = row;
    const x = left + ((steps[row] - first) / (last - first)) * (right - left);
    mark.setAttribute('x1', String(x));
    mark.setAttribute('x2', String(x));
    mark.setAttribute('visibility', 'visible');
    const values = rows[row].slice(1).map((value, i) => (value === '' ? '' : heads[i + 1] + ' ' + value));
    said.textContent = heads[0] + ' ' + rows[row][0] + ': ' + values.filter(Boolean).join(', ');
  };
  const hide = () => {
    at = -1;
    mark.setAttribute('visibility', 'hidden');
    said.textContent = '';
  };
  hide();
  svg.tabIndex = 0;
  svg.addEventListener('pointermove', (event) => {
    const box = svg.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * width;
    const step = first + ((x - left) / (right - left)) * (last - first);
    let nearest = 0;
    for (let i = 1; i < steps.length; i++)
      if (Math.abs(steps[i] - step) < Math.abs(steps[nearest] - step)) nearest = i;
    show(nearest);
  });
  svg.addEventListener('pointerleave', hide);
  svg.addEventListener('blur', hide);
  svg.addEventListener('keydown', (event) => {
    const end = rows.length - 1;
    const to = { ArrowLeft: Math.max(0, at - 1), ArrowRight: Math.min(end, at + 1), Home: 0, End: end }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    show(to);
  });
}
`;
