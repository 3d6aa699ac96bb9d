/** Values of CSS colours in the light scheme, in which files are drawn whatever the page's scheme is. */
export function lightColors(colors: readonly string[]): Map<string, string> {
  const probe = document.createElement('span');
  probe.dataset.mantineColorScheme = 'light';
  const inner = probe.appendChild(document.createElement('i'));
  document.body.append(probe);
  const values = new Map(
    colors.map((color) => {
      inner.style.color = color;
      return [color, getComputedStyle(inner).color];
    }),
  );
  probe.remove();
  return values;
}
