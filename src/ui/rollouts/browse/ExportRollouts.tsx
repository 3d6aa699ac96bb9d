import { Button } from '@mantine/core';
import { fileNameOf } from '../../../run/run-name.ts';
import { useRollouts } from '../../../store/rollouts-store.ts';
import { download } from '../../download.ts';

/** Saves the found responses, or all kept ones, as JSONL. */
export function ExportRollouts() {
  const opened = useRollouts((state) => state.opened);
  const found = useRollouts((state) => state.found?.responses ?? 0);
  const exporting = useRollouts((state) => state.exporting);
  const save = async (all: boolean) => {
    const lines = await useRollouts.getState().export(all);
    if (lines && opened) download(`${fileNameOf(opened.name)}-rollouts.jsonl`, lines);
  };
  if (!opened) return null;
  return (
    <section className="section" aria-label="Export">
      <h2 className="section-title">Export</h2>
      <Button
        fullWidth
        size="xs"
        variant="default"
        loading={exporting}
        disabled={found === 0}
        onClick={() => void save(false)}
      >
        Export {found.toLocaleString('en')} found as JSONL
      </Button>
      <Button fullWidth mt={6} size="xs" variant="default" disabled={exporting} onClick={() => void save(true)}>
        Export all kept as JSONL
      </Button>
      <p className="hint">One response per line: problem, text, tokens, rewards, and per token ratio, zone, weight.</p>
    </section>
  );
}
