/** Charts drawn with recharts, and their tools, in one chunk: loaded when the first chart has data. */
export { ChartTools } from './ChartTools.tsx';
export { Lines } from './Lines.tsx';
export { MassAreas } from './MassAreas.tsx';
