import { readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import { UnrolledError } from '../../../errors.ts';
import { errorCode, fileError } from '../../../formats/file-error.ts';
import type { ImportFile } from '../../../interop/importer.ts';
import { displayName, isStandardInput } from '../standard-input.ts';
import { statsOf } from '../texts/folders.ts';
import { readBytes } from '../texts/read.ts';

/** The files of a folder that describe a model, in the order in which they are looked for. */
const MAIN_FILES: readonly string[] = ['config.json', 'model.json', 'model.safetensors'];

/** The file to import: a file itself, or the one of a folder that describes the model. Throws UnrolledError. */
export function mainFileOf(path: string): string {
  if (isStandardInput(path) || !statsOf(path)?.isDirectory()) return path;
  const main = MAIN_FILES.map((name) => join(path, name)).find((file) => statsOf(file)?.isFile());
  if (main !== undefined) return main;
  throw new UnrolledError(
    'file-kind',
    `${path}: the folder has no ${MAIN_FILES.join(' and no ')}; it needs one of them. Pass the model file itself.`,
  );
}

/** Reads a file to import. Its siblings are read on demand, from its own folder only. Throws UnrolledError. */
export function readImport(path: string): ImportFile {
  const bytes = readBytes(path);
  if (isStandardInput(path)) return { name: displayName(path), bytes };
  const folder = dirname(path);
  return { name: basename(path), bytes, sibling: async (name) => readSibling(folder, name) };
}

/** Reads a file below a folder; null if there is none. A name or link that leaves the folder is refused. */
function readSibling(folder: string, name: string): Uint8Array | null {
  try {
    const [root, path] = [realpathSync(folder), realpathSync(join(folder, name))];
    if (path.startsWith(root.endsWith(sep) ? root : root + sep)) return readFileSync(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw fileError(join(folder, name), error);
  }
  throw new UnrolledError(
    'file-foreign',
    `${JSON.stringify(name)}: the model names this file, which is outside its folder; it must be in it. Copy it there only if you trust the model.`,
  );
}
