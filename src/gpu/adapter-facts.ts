/** What is known of an adapter: names, whether it computes on the CPU, and what tells it from others. */

export interface AdapterFacts {
  vendor: string;
  architecture: string;
  description: string;
  /** True for adapters that compute on the CPU, such as SwiftShader. */
  software: boolean;
  /**
   * Limits and features, as one line: all that tells adapters apart in browsers that name none (Firefox), and with the
   * names a part of the key of measured kernel choices.
   */
  capabilities: string;
}

/** Limits that differ between adapters, with short names. */
const LIMITS = {
  maxBufferSize: 'buffer',
  maxStorageBufferBindingSize: 'binding',
  maxStorageBuffersPerShaderStage: 'bindings',
  maxComputeWorkgroupStorageSize: 'workgroup',
  maxComputeInvocationsPerWorkgroup: 'invocations',
  maxComputeWorkgroupsPerDimension: 'grid',
  maxTextureDimension2D: 'texture',
  maxTextureDimension3D: 'volume',
  minStorageBufferOffsetAlignment: 'alignment',
} as const;

/** The part of a GPUAdapter that is read here: a browser test reads it in the page. */
export interface AdapterSource {
  info: Pick<GPUAdapterInfo, 'vendor' | 'architecture' | 'description' | 'isFallbackAdapter'> &
    Partial<Pick<GPUAdapterInfo, 'subgroupMinSize' | 'subgroupMaxSize'>>;
  limits: { readonly [name in keyof typeof LIMITS]: number };
  features: Iterable<string>;
}

export function adapterFacts({ info, limits, features }: AdapterSource): AdapterFacts {
  const { vendor, architecture, description } = info;
  const names = Object.keys(LIMITS) as (keyof typeof LIMITS)[];
  return {
    vendor,
    architecture,
    description,
    software:
      /swiftshader|llvmpipe|lavapipe|basic render/i.test(`${vendor} ${architecture} ${description}`) ||
      info.isFallbackAdapter === true,
    capabilities: [
      ...names.map((name) => `${LIMITS[name]}=${limits[name]}`),
      `subgroup=${info.subgroupMinSize ?? '?'}-${info.subgroupMaxSize ?? '?'}`,
      ...[...features].sort(),
    ].join(' '),
  };
}
