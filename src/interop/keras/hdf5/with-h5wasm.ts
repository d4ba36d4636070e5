import { UnrolledError } from '../../../errors.ts';
import { damaged } from '../../../formats/damaged.ts';
import type { Hdf5Contents, Hdf5Reader } from './contents.ts';
import type { H5File, H5Module, H5Wasm } from './h5wasm-types.ts';
import { readContents } from './read-contents.ts';

let count = 0;

/**
 * A reader of HDF5 files by the package h5wasm: `hdf5With(await import('h5wasm'))`. Of files of unknown origin the library may
 * end itself or never end; then use it in a worker, as the command line does.
 */
export function hdf5With(h5wasm: H5Wasm): Hdf5Reader {
  return async (bytes, where) => {
    const module = (await h5wasm.ready) as H5Module;
    const path = `/unrolled-${count++}.h5`;
    module.FS.writeFile(path, bytes, { canOwn: true });
    // Otherwise calls that fail return what was in memory before.
    module.activate_throwing_error_handler();
    try {
      return contentsOf(module, () => new h5wasm.File(path, 'r'), bytes.length, where);
    } finally {
      module.deactivate_throwing_error_handler();
      module.FS.unlink(path);
    }
  };
}

/** Every error of the library is one of the file: its WebAssembly has no other input. */
function contentsOf(module: H5Module, open: () => H5File, length: number, where: string): Hdf5Contents {
  let file: H5File | undefined;
  try {
    file = open();
    return readContents(module, file, length, where);
  } catch (error) {
    if (error instanceof UnrolledError) throw error;
    throw damaged(where, `the HDF5 library can't read the file (${reasonOf(error)})`, 'it must be able to');
  } finally {
    close(file);
  }
}

/** The innermost entry of the library's stack of errors: `#015: …/H5Gcache.c line 167 in f(): bad signature`. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const entries = [...message.matchAll(/^ *#\d+: .*\(\): (.*)$/gm)];
  return (entries.at(-1)?.[1] ?? message.split('\n')[0]).slice(0, 80);
}

function close(file: H5File | undefined): void {
  try {
    file?.close();
  } catch {
    // The file is damaged, which the caller knows.
  }
}
