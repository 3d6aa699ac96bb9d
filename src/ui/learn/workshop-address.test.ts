import { expect, it } from 'vitest';
import { workshopAddress } from './workshop-address.ts';

const at = (address: string) => workshopAddress(new URL(address));

it.each([
  'http://localhost:5173/',
  'http://studio.localhost/',
  'http://127.0.0.1:4173/',
  'http://[::1]:4173/',
  'http://0.0.0.0:80/',
  'file:///home/ada/dist/index.html',
])('has no code of %s, which others cannot open, and says what to do', (address) => {
  expect(at(address)).toMatchObject({ open: false, note: expect.stringMatching(/only this machine.*over https/) });
});

it('has a code of a host', () => {
  expect(at('https://ada.github.io/studio/')).toEqual({ open: true });
  expect(at('https://localhost.example.org/')).toEqual({ open: true });
});

it('says that others cannot train where the page is not served over https', () => {
  expect(at('http://192.168.1.7:4173/')).toMatchObject({ open: true, note: expect.stringContaining('not train') });
});
