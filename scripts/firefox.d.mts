export const WEBGPU_SETTINGS: Readonly<Record<string, boolean>>;
export function findFirefox(): string;
