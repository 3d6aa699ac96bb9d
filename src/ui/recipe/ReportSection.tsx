import { Switch } from '@mantine/core';
import { configField } from '../../run/config-fields.ts';
import { ReportConfig } from '../../run/config/report.ts';
import { useRecipe } from '../../store/recipe-store.ts';
import { Field } from './Field.tsx';
import { SectionFields } from './SectionFields.tsx';

/** Whether the run asks the same problems before and after each stage, off by default. */
export function ReportSection() {
  const { label, description } = configField('report');
  const present = useRecipe(({ config }) => config.report !== undefined);
  return (
    <section className="section">
      <h2 className="section-title">Report of the run</h2>
      <Field id="report" label={label} help={description} paths={['report']}>
        <Switch
          id="report"
          aria-describedby="report-help"
          size="sm"
          checked={present}
          onChange={(event) =>
            useRecipe.getState().set('report', event.currentTarget.checked ? ReportConfig.parse({}) : undefined)
          }
        />
      </Field>
      {present && <SectionFields section="report" />}
    </section>
  );
}
