import { Button, Menu } from '@mantine/core';
import type { SweepSummary } from '../../compare/summary.ts';
import { runsCsv, tableCsv, tableLatex, tableMarkdown } from '../../compare/table.ts';
import { fileNameOf } from '../../run/run-name.ts';
import { download } from '../download.ts';

interface ExportTableProps {
  summary: SweepSummary;
  name: string;
  /** Saves the whole comparison as one HTML file; undefined while it is not stored. */
  report: (() => void) | undefined;
}

/** The table of a comparison as files for papers and scripts. */
export function ExportTable({ summary, name, report }: ExportTableProps) {
  const file = fileNameOf(name);
  const kinds = [
    { title: 'Runs as CSV', name: `${file}.csv`, text: () => runsCsv(summary) },
    { title: 'Table as CSV', name: `${file}-table.csv`, text: () => tableCsv(summary) },
    { title: 'Table as Markdown', name: `${file}-table.md`, text: () => `${tableMarkdown(summary)}\n` },
    { title: 'Table as LaTeX', name: `${file}-table.tex`, text: () => tableLatex(summary) },
  ];
  return (
    <Menu position="bottom-end" shadow="md" withinPortal>
      <Menu.Target>
        <Button size="compact-xs" variant="default">
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {report && <Menu.Item onClick={report}>Report (HTML)</Menu.Item>}
        {kinds.map((kind) => (
          <Menu.Item key={kind.title} onClick={() => download(kind.name, kind.text())}>
            {kind.title}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
