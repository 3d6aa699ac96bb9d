/** Reads user-named files, and writes files atomically. */
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { modelCheckpoint, openCheckpoint, type ModelCheckpoint } from '../checkpoint/checkpoint.ts';
import { engineAdapter, type EngineAdapter } from '../checkpoint/model-adapter.ts';
import { readAdapter } from '../checkpoint/peft-adapter.ts';
import { inputError, StudioError } from '../errors.ts';
import { reasonOf } from './file-errors.ts';
import { folderSource } from './folder-source.ts';
import { isAlive } from './lock-file.ts';
import { PLACE_ID } from './place.ts';

const MODELS = fileURLToPath(new URL('../../public/models/', import.meta.url));
const EMBEDDED = 'embedded:';

/** Reads a text file. @throws StudioError `input` naming the file */
export async function readText(path: string): Promise<string> {
  return new TextDecoder().decode(await readBytes(path));
}

export async function readBytes(path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (error) {
    throw inputError(path, reasonOf(error));
  }
}

/**
 * Opens a checkpoint; its weights are read when a model is created from it.
 *
 * @param name a folder, or `embedded:NAME` for an embedded one
 * @throws StudioError `input` naming the invalid file and tensor
 */
export async function loadCheckpoint(name: string): Promise<ModelCheckpoint> {
  const folder = name.startsWith(EMBEDDED) ? join(MODELS, name.slice(EMBEDDED.length)) : resolve(name);
  const facts = await stat(folder).catch(() => undefined);
  if (!facts) throw inputError(name, 'checkpoint folder not found');
  if (!facts.isDirectory())
    throw inputError(name, 'expected a checkpoint folder with config.json and model.safetensors, found a file');
  return modelCheckpoint(await openCheckpoint(folderSource(folder), name));
}

/**
 * Loads an adapter for a base.
 *
 * @param folder in PEFT's layout
 * @throws StudioError `input` naming the invalid file, tensor or module
 */
export async function loadAdapter(folder: string, base: ModelCheckpoint): Promise<EngineAdapter> {
  const facts = await stat(resolve(folder)).catch(() => undefined);
  if (!facts?.isDirectory())
    throw inputError(folder, 'folder not found; expected one with adapter_config.json and adapter_model.safetensors');
  return engineAdapter(base.config, await readAdapter(folderSource(resolve(folder)), folder), folder);
}

/** Writes a file atomically: to a temporary name first, then renamed. */
export async function writeWhole(path: string, data: string | Uint8Array): Promise<void> {
  await writeAside(path, (temporary) => writeFile(temporary, data));
}

/** The same for a file produced in parts. @throws whatever producing them throws */
export async function writeParts(path: string, parts: AsyncIterable<Uint8Array>): Promise<void> {
  await writeAside(path, async (temporary) => {
    const file = await open(temporary, 'w');
    try {
      for await (const part of parts) await file.writeFile(part);
    } finally {
      await file.close();
    }
  });
}

/**
 * Writes a folder that is either whole or absent: under a temporary name first, then renamed in the place of an older
 * one.
 */
export async function writeFolder(
  path: string,
  files: AsyncIterable<{ path: string; parts: AsyncIterable<Uint8Array> }>,
): Promise<void> {
  const temporary = partialName(path);
  await rm(temporary, { recursive: true, force: true });
  for await (const { path: name, parts } of files) await writeParts(join(temporary, name), parts);
  await rm(path, { recursive: true, force: true });
  await rename(temporary, path);
}

const partialName = (path: string): string => `${path}.${process.pid}-${PLACE_ID}.partial`;
const PARTIAL = /\.(\d+)(?:-([0-9a-f]{8}))?\.partial$/;

/**
 * Removes what killed processes left half-written in a folder and those in it.
 *
 * @param options.all also those of processes elsewhere, of which nobody can say here whether they live
 */
export async function removePartials(folder: string, { all = false } = {}): Promise<void> {
  for (const name of await readdir(folder, { recursive: true }).catch(() => [])) {
    const [, owner, place] = PARTIAL.exec(name) ?? [];
    if (owner === undefined) continue;
    const dead = (place ?? PLACE_ID) === PLACE_ID && !isAlive(Number(owner));
    if (all || dead) await rm(join(folder, name), { recursive: true, force: true });
  }
}

async function writeAside(path: string, write: (temporary: string) => Promise<void>): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = partialName(path);
  try {
    await write(temporary);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    if (error instanceof StudioError) throw error;
    throw inputError(path, `cannot be written: ${reasonOf(error)}`);
  }
}
