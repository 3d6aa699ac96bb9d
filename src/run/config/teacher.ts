/** Teachers: what writes the reasoning traces of a source of SFT examples. */
import { z } from 'zod';
import { field, fraction } from '../../schema/field.ts';
import { GENERATED_TASKS, declarationOf, type TaskConfig } from './task.ts';

/** `arithmetic: steps, left, ...; countdown: ...` */
const STYLES_BY_TASK = Object.entries(GENERATED_TASKS)
  .filter(([, { styles = [] }]) => styles.length > 0)
  .map(([name, { styles = [] }]) => `${name}: ${styles.map((style) => style.name).join(', ')}`)
  .join('. ');

export const TeacherConfig = z.strictObject({
  name: field(
    z
      .string()
      .min(1)
      .max(60)
      // Names of metrics have slashes of their own.
      .regex(/^[^/\\]+$/, { error: 'expected a name without slashes' })
      .optional(),
    { label: 'Name', description: 'What lists and metrics call the teacher.', absent: 'its style' },
  ),
  style: field(z.string().min(1), {
    label: 'Style',
    description: `The way of reasoning in which it writes. ${STYLES_BY_TASK}.`,
  }),
  correct: field(fraction.default(1), {
    label: 'Correct',
    description: 'Probability that a trace is correct; the others have a plausible mistake in reasoning and answer.',
  }),
  correct_by_band: field(z.record(z.string(), fraction).optional(), {
    label: 'Correct by band',
    description: 'Probability in single difficulty bands, for example {"3 operands": 0.4}.',
    absent: 'as correct says',
  }),
  consistency: field(fraction.default(1), {
    label: 'Consistency',
    description:
      "Probability that a trace is in the teacher's own style; the others are in a random other style of the task " +
      'that has steps.',
  }),
  verbosity: field(fraction.default(0), {
    label: 'Verbosity',
    description: 'Share of steps that are written twice, which makes traces longer.',
  }),
});
export type TeacherConfig = z.infer<typeof TeacherConfig>;

/** What a source with a teacher says of it. */
interface TaughtSource {
  teacher?: TeacherConfig | undefined;
  bands?: readonly string[] | undefined;
}

/** A check for a whole config: styles and bands of teachers are those of the run's task. */
export function knownTeachers(
  { task, sft }: { task: TaskConfig; sft?: { sources?: readonly TaughtSource[] | undefined } | undefined },
  context: z.RefinementCtx,
): void {
  const declared = declarationOf(task.name);
  for (const [i, source] of (sft?.sources ?? []).entries()) {
    const { teacher, bands = [] } = source;
    if (!teacher) continue;
    const refuse = (path: (string | number)[], message: string) =>
      context.addIssue({ code: 'custom', path: ['sft', 'sources', i, ...path], message });
    const styles = declared?.styles ?? [];
    if (styles.length === 0) {
      const tasks = Object.entries(GENERATED_TASKS).flatMap(([name, one]) => (one.styles?.length ? [name] : []));
      refuse(
        ['teacher'],
        `the task ${task.name} has no teachers; expected task ${tasks.join(', ').replace(/, (?=[^,]*$)/, ' or ')}`,
      );
      continue;
    }
    const style = styles.find(({ name }) => name === teacher.style);
    if (!style)
      refuse(
        ['teacher', 'style'],
        `expected one of ${styles.map(({ name }) => name).join(', ')}, found ${teacher.style}`,
      );
    else if (!style.steps && teacher.verbosity > 0 && teacher.consistency === 1)
      refuse(
        ['teacher', 'verbosity'],
        `expected 0, because style ${style.name} has no steps, found ${teacher.verbosity}`,
      );
    const known = declared?.bands(task) ?? [];
    const expected = `expected one of ${known.map((one) => JSON.stringify(one)).join(', ')}`;
    for (const band of Object.keys(teacher.correct_by_band ?? {}))
      if (!known.includes(band)) refuse(['teacher', 'correct_by_band', band], expected);
    for (const [at, band] of bands.entries())
      if (!known.includes(band)) refuse(['bands', at], `${expected}, found ${JSON.stringify(band)}`);
  }
}
