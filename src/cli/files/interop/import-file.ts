import { readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import { UnrolledError } from '../../../errors.ts';
import { errorCode, fileError } from '../../../formats/file-error.ts';
import type { ImportFile } from '../../../interop/importer.ts';
import { UsageError } from '../../arguments/usage-error.ts';
import { displayName, isStandardInput } from '../standard-input.ts';
import { statsOf } from '../texts/folders.ts';
import { readBytes } from '../texts/read.ts';

/** A file to import, with its siblings. */
interface ImportSource {
  readonly file: ImportFile;
  /** The paths of the given siblings that were not read. */
  readonly unread: () => readonly string[];
}

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

/**
 * Reads a file to import. Its siblings are read on demand: the one of `others` with the name, else the file below its folder.
 * Throws UnrolledError.
 */
export function readImport(path: string, others: readonly string[] = []): ImportSource {
  const folder = isStandardInput(path) ? null : dirname(path);
  const given = byName(others);
  const unread = new Set(others);
  const sibling = async (name: string) => {
    const other = given.get(basename(name));
    if (other === undefined) return folder === null ? null : readSibling(folder, name);
    unread.delete(other);
    return readBytes(other);
  };
  const name = folder === null ? displayName(path) : basename(path);
  return { file: { name, bytes: readBytes(path), sibling }, unread: () => [...unread] };
}

/** The given files by their names without folders. */
function byName(paths: readonly string[]): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const path of paths) {
    const [name, other] = [basename(path), files.get(basename(path))];
    if (other !== undefined) {
      throw new UsageError(
        `import: got ${other} and ${path}; the model names its files, so each name must be different. Put them below the folder of the model, where it names them.`,
      );
    }
    files.set(name, path);
  }
  return files;
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
