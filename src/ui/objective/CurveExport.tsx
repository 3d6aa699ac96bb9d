import { ActionIcon, Menu } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import type { CurveAnswer } from '../../views/strategy-views.ts';
import { EXPORT_FORMATS, type ExportFormat } from '../charts/export-formats.ts';
import type { CurveLine } from './CurveChart.tsx';

interface CurveExportProps {
  title: string;
  lines: readonly CurveLine[];
  height: (answer: CurveAnswer, line: CurveLine) => number;
}

/** Saves curves over the ratio, named after their strategies, as a picture or as values. */
export function CurveExport({ title, lines, height }: CurveExportProps) {
  const save = async (format: ExportFormat) => {
    const { exportCurves } = await import('./curve-export.ts');
    const drawn = lines.map((line) => ({
      label: line.name,
      color: line.color,
      steps: line.logRatios.map(Math.exp),
      values: line.answers.map((answer) => height(answer, line)),
    }));
    await exportCurves(title, drawn, format);
  };
  return (
    <Menu position="bottom-end" shadow="md" withinPortal>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={24} className="curve-tools" aria-label={`Tools: ${title}`}>
          <IconDots size={15} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {EXPORT_FORMATS.map((format) => (
          <Menu.Item key={format} onClick={() => void save(format)}>
            Export {format}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
