/** The packages that ship: their licences, and that each is pinned with a checksum. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

interface Locked {
  version?: string;
  license?: string;
  integrity?: string;
  dev?: boolean;
  devOptional?: boolean;
}

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, Locked> };
const shipped = Object.entries(packages).filter(([path, { dev, devOptional }]) => path !== '' && !dev && !devOptional);

/** Licences that allow distribution under MIT beside them. */
const PERMISSIVE =
  /^\(?(?:MIT|ISC|0BSD|BSD-[23]-Clause|Apache-2\.0|CC0-1\.0)(?: (?:AND|OR) (?:MIT|ISC|0BSD|BSD-[23]-Clause|Apache-2\.0|CC0-1\.0))*\)?$/;
/** Packages whose package.json names no licence, and what their LICENSE file is. */
const UNNAMED: Readonly<Record<string, RegExp>> = {
  'node_modules/jstat': /Permission is hereby granted, free of charge/,
};

it('all have licences that allow to distribute them', () => {
  expect(shipped.length).toBeGreaterThan(30);
  const others = shipped.filter(([path, { license }]) => {
    const text = UNNAMED[path];
    return text ? !text.test(readFileSync(`${path}/LICENSE`, 'utf8')) : !PERMISSIVE.test(license ?? '');
  });
  expect(others.map(([path, { license }]) => `${path}: ${license ?? 'none'}`)).toEqual([]);
});

it('are pinned to a version with a checksum', () => {
  expect(shipped.filter(([, { version, integrity }]) => !version || !integrity).map(([path]) => path)).toEqual([]);
});

it('have the bounds that those for Parquet lack', () => {
  execFileSync(process.execPath, ['scripts/patch-packages.mjs', '--check'], { stdio: 'pipe' });
});
