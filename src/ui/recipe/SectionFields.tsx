import { CONFIG_FIELDS } from '../../run/config-fields.ts';
import { ChoiceField } from './ChoiceField.tsx';
import { NumberField } from './NumberField.tsx';
import { SwitchField } from './SwitchField.tsx';

/**
 * All fields of a section of the RunConfig, in the order of the schema: a field that is added there is shown here.
 *
 * @param variant name of the task or strategy, for a section that is one of several
 */
export function SectionFields({ section, variant }: { section: string; variant?: string }) {
  return CONFIG_FIELDS.filter(
    (field) =>
      field.path.startsWith(`${section}.`) &&
      !field.path.slice(section.length + 1).includes('.') &&
      field.variant === variant &&
      // In a section with variants, the name is chosen in a separate list.
      !(variant !== undefined && field.path === `${section}.name`),
  ).map(({ path, kind }) => {
    const props = { path, ...(variant !== undefined && { variant }) };
    if (kind === 'number' || kind === 'integer') return <NumberField key={path} {...props} />;
    return kind === 'switch' ? <SwitchField key={path} {...props} /> : <ChoiceField key={path} path={path} />;
  });
}
