interface MatrixProps {
  title: string;
  names: readonly string[];
  values: readonly (readonly number[])[];
  format: (value: number) => string;
}

/** A symmetric table of pairs; lower values are fainter. */
export function Matrix({ title, names, values, format }: MatrixProps) {
  const off = values.flatMap((row, i) => row.filter((value, j) => i !== j && Number.isFinite(value)));
  const lowest = Math.min(...off, 1);
  const shade = (value: number) => (lowest >= 1 ? 1 : Math.max(0, (value - lowest) / (1 - lowest)));
  const shaded = (value: number) =>
    `color-mix(in srgb, var(--accent) ${Math.round(6 + 26 * shade(value))}%, var(--card))`;
  return (
    <div>
      <h3 className="section-title">{title}</h3>
      <div className="table-box">
        <table className="matrix">
          <thead>
            <tr>
              <td />
              {names.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {values.map((row, i) => (
              <tr key={names[i]}>
                <th scope="row">{names[i]}</th>
                {row.map((value, j) => (
                  <td key={j} style={{ background: shaded(value) }}>
                    {Number.isFinite(value) ? format(value) : '–'}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
