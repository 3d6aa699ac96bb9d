import { useRunEdits } from '../../store/run-edits.ts';

/** Marks a field that differs from the config of the active run. */
export function NextRunMark({ paths }: { paths: readonly string[] }) {
  const edits = useRunEdits();
  if (!paths.some((path) => edits.has(path))) return null;
  return (
    <span className="next-run-mark" role="img" aria-label="applies to the next run" title="Applies to the next run" />
  );
}
