/** Claims of processes, this one and ones that are elsewhere, as files. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { PLACE } from './place.ts';
import { WorkClaims } from './work-claim.ts';

let folder: string;
let claim: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gppo-claims-'));
  claim = join(folder, 'claim');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const ELSEWHERE = JSON.stringify({ place: 'another host', pid: process.pid, id: 'x' });
/** The number of a process that has ended. */
const DEAD = spawnSync('true').pid;

it('of many that claim at once, one gets it', async () => {
  const many = Array.from({ length: 20 }, () => new WorkClaims());
  const taken = await Promise.all(many.map((one) => one.take(claim)));
  expect(taken.filter(Boolean)).toHaveLength(1);
  expect(readdirSync(folder)).toEqual(['claim']);
  await many[taken.indexOf(true)]?.release(claim);
  expect(readdirSync(folder)).toEqual([]);
});

it('takes the claim of a process of this place that has ended, and not that of a living one', async () => {
  const claims = new WorkClaims();
  writeFileSync(claim, JSON.stringify({ place: PLACE, pid: process.pid, id: 'x' }));
  expect(await claims.removeDead(claim)).toBe(false);
  writeFileSync(claim, JSON.stringify({ place: PLACE, pid: DEAD, id: 'x' }));
  expect(await claims.removeDead(claim)).toBe(true);
  expect(existsSync(claim)).toBe(false);
});

it('takes the claim of another machine only after it was silent, whatever the file’s date is', async () => {
  const claims = new WorkClaims(0.3);
  writeFileSync(claim, ELSEWHERE);
  utimesSync(claim, 1, 1);
  const began = performance.now();
  // A heartbeat in between starts the wait anew.
  let beaten = false;
  while (!(await claims.removeDead(claim))) {
    if (!beaten && performance.now() - began > 200) {
      utimesSync(claim, 2, 2);
      beaten = true;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  expect(beaten).toBe(true);
  expect(performance.now() - began).toBeGreaterThan(500);
});

it('an owner’s heartbeat keeps its claim', async () => {
  const [owner, other] = [new WorkClaims(0.6), new WorkClaims(0.6)];
  expect(await owner.take(claim)).toBe(true);
  // As from another machine, where the process number means nothing.
  const text = readFileSync(claim, 'utf8').replace(JSON.stringify(PLACE), '"another host"');
  writeFileSync(claim, text);
  const end = performance.now() + 1500;
  while (performance.now() < end) {
    expect(await other.removeDead(claim)).toBe(false);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  // It is no longer its own claim: releasing leaves it.
  await owner.release(claim);
  expect(readFileSync(claim, 'utf8')).toBe(text);
});

it('of many that take away a dead one’s claim, one does', async () => {
  for (let round = 0; round < 50; round++) {
    writeFileSync(claim, JSON.stringify({ place: PLACE, pid: DEAD, id: String(round) }));
    const took = await Promise.all(Array.from({ length: 8 }, () => new WorkClaims().removeDead(claim)));
    expect(took.filter(Boolean)).toHaveLength(1);
    expect(readdirSync(folder)).toEqual([]);
  }
});
