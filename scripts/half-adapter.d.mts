export function halfEnvironment(): Promise<Record<string, string>>;
