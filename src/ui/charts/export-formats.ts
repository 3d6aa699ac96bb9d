/** Apart from chart-export.ts, which loads when a chart is saved. */
export const EXPORT_FORMATS = ['PNG', 'SVG', 'CSV'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];
