import { CONFIG_FIELDS } from '../../run/config-fields.ts';
import { ChoiceField } from './ChoiceField.tsx';
import { OnDemand } from '../OnDemand.tsx';
import { NumberField } from './NumberField.tsx';
import { SwitchField } from './SwitchField.tsx';
import { SHARES_FIELD, TEXT_FIELD } from './text-field-part.ts';

/**
 * All fields of a section of the RunConfig, in the order of the schema: a field that is added there is shown here.
 *
 * @param variant name of the task or strategy, for a section that is one of several
 * @param only shows the fields whose path it accepts
 */
export function SectionFields({
  section,
  variant,
  only = () => true,
}: {
  section: string;
  variant?: string;
  only?: ((path: string) => boolean) | undefined;
}) {
  return CONFIG_FIELDS.filter(
    (field) =>
      field.path.startsWith(`${section}.`) &&
      only(field.path) &&
      // Objects and lists have fields of their own making.
      field.kind !== 'section' &&
      field.kind !== 'list' &&
      !field.path.slice(section.length + 1).includes('.') &&
      field.variant === variant &&
      // In a section with variants, the name is chosen in a separate list.
      !(variant !== undefined && field.path === `${section}.name`),
  ).map(({ path, kind }) => {
    const props = { path, ...(variant !== undefined && { variant }) };
    if (kind === 'number' || kind === 'integer') return <NumberField key={path} {...props} />;
    if (kind === 'text') return <OnDemand key={path} part={TEXT_FIELD} props={props} />;
    if (kind === 'shares') return <OnDemand key={path} part={SHARES_FIELD} props={props} />;
    return kind === 'switch' ? <SwitchField key={path} {...props} /> : <ChoiceField key={path} {...props} />;
  });
}
