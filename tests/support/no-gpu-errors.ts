/** Set-up of each file of tests that use a GPU: an error that no error scope caught fails the test that caused it. */
import { afterAll, afterEach, expect } from 'vitest';
import { takeUncapturedErrors } from './gpu.ts';

const check = () => expect(takeUncapturedErrors(), 'commands that the GPU rejected').toEqual([]);
afterEach(check);
afterAll(check);
