/** Fills in `%%NAME%%` of a text. @throws Error for a name without a value: a defect */
export const filled = (template: string, values: Readonly<Record<string, string>>): string =>
  template.replace(/%%([A-Z_]+)%%/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`a template has ${name}, which has no value`);
    return value;
  });
