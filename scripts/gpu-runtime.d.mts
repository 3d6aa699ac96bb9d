export function findChromium(): Promise<string | undefined>;
export function findOrInstallChromium(): Promise<string>;
export function findSwiftShader(): Promise<string | undefined>;
export function hasHardwareVulkan(): boolean;
export function vulkanEnvironment(): Promise<Record<string, string>>;
