import { expect, it } from 'vitest';
import { adapterFacts, type AdapterSource } from './adapter-facts.ts';
import { choiceKey } from './tuner.ts';

/** An adapter as Firefox describes it: without names. */
const unnamed = (change: Partial<AdapterSource['limits']> = {}, features: string[] = []): AdapterSource => ({
  info: { vendor: '', architecture: '', description: '', isFallbackAdapter: false },
  limits: {
    maxBufferSize: 268_435_456,
    maxStorageBufferBindingSize: 134_217_728,
    maxStorageBuffersPerShaderStage: 8,
    maxComputeWorkgroupStorageSize: 16_384,
    maxComputeInvocationsPerWorkgroup: 256,
    maxComputeWorkgroupsPerDimension: 65_535,
    maxTextureDimension2D: 8192,
    maxTextureDimension3D: 2048,
    minStorageBufferOffsetAlignment: 256,
    ...change,
  },
  features,
});
const keyOf = (adapter: AdapterSource) => choiceKey(adapterFacts(adapter), 'attention');

it('kernel choices of adapters without names are stored apart, by limits and features', () => {
  const keys = [
    unnamed(),
    unnamed({ maxComputeWorkgroupStorageSize: 32_768 }),
    unnamed({ maxTextureDimension2D: 16_384 }),
    unnamed({}, ['shader-f16']),
    unnamed({}, ['timestamp-query']),
    { ...unnamed(), info: { ...unnamed().info, subgroupMinSize: 32, subgroupMaxSize: 32 } },
  ].map(keyOf);
  expect(new Set(keys).size).toBe(keys.length);
});

it('the order in which a browser lists features does not matter', () => {
  expect(keyOf(unnamed({}, ['shader-f16', 'timestamp-query']))).toBe(
    keyOf(unnamed({}, ['timestamp-query', 'shader-f16'])),
  );
});

it.each([
  ['google', 'swiftshader', '', false, true],
  ['mesa', '', 'llvmpipe (LLVM 15.0.6, 256 bits)', false, true],
  ['', '', '', true, true],
  ['nvidia', 'ampere', '', false, false],
])('an adapter %s %s %s (fallback: %s) is software: %s', (vendor, architecture, description, fallback, software) => {
  const info = { vendor, architecture, description, isFallbackAdapter: fallback };
  expect(adapterFacts({ ...unnamed(), info }).software).toBe(software);
});
