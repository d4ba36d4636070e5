import { UnrolledError } from '../../../errors.ts';
import { damaged, shown } from '../../../formats/damaged.ts';
import type { FloatArray } from '../../network/float-array.ts';
import type { Hdf5Contents } from './contents.ts';
import type { H5File, H5Metadata, H5Module } from './h5wasm-types.ts';

/** Groups of training state, which importers do not need. */
const SKIPPED: readonly string[] = ['optimizer', 'optimizer_weights'];

/** Limits of a file: a group that contains itself has infinitely many paths. */
const MOST_DEPTH = 12;
const MOST_OBJECTS = 10_000;
/** How many times the file's size its arrays and texts may have: compressed ones claim any size. */
const MOST_GROWTH = 3;

const [FLOAT, TEXT] = [1, 3];

/** Reads the attributes of the root and all datasets of an open file of `length` bytes. Throws UnrolledError. */
export function readContents(module: H5Module, file: H5File, length: number, where: string): Hdf5Contents {
  const reader = new ContentsReader(module, file, MOST_GROWTH * length, where);
  const attributes = reader.texts();
  reader.walk('', 0);
  return { attributes, arrays: reader.arrays, others: reader.others };
}

class ContentsReader {
  readonly arrays: Map<string, FloatArray> = new Map();
  readonly others: string[] = [];
  readonly #module: H5Module;
  readonly #file: H5File;
  readonly #where: string;
  #bytesLeft: number;
  #objects = 0;

  constructor(module: H5Module, file: H5File, mostBytes: number, where: string) {
    this.#module = module;
    this.#file = file;
    this.#bytesLeft = mostBytes;
    this.#where = where;
  }

  texts(): ReadonlyMap<string, string> {
    const texts = new Map<string, string>();
    for (const name of this.#module.get_attribute_names(this.#file.file_id, '/')) {
      const metadata = this.#module.get_attribute_metadata(this.#file.file_id, '/', name);
      if (metadata.type !== TEXT || metadata.shape?.length !== 0) continue;
      this.#claim(name, metadata);
      const value = this.#file.get_attribute(name, false);
      texts.set(name, String(Array.isArray(value) ? value[0] : value));
    }
    return texts;
  }

  walk(group: string, depth: number): void {
    for (const name of this.#module.get_names(this.#file.file_id, `/${group}`, false)) {
      if (depth === 0 && SKIPPED.includes(name)) continue;
      const path = group === '' ? name : `${group}/${name}`;
      if (++this.#objects > MOST_OBJECTS || depth >= MOST_DEPTH) {
        const needs = `it may have ${MOST_OBJECTS} objects on ${MOST_DEPTH} levels`;
        throw damaged(this.#where, 'the HDF5 file has too many groups', needs);
      }
      this.#read(path, depth);
    }
  }

  #read(path: string, depth: number): void {
    const id = this.#file.file_id;
    const isLink =
      this.#module.get_symbolic_link(id, `/${path}`) !== null ||
      this.#module.get_external_link(id, `/${path}`).filename !== undefined;
    if (isLink) throw this.#foreign(path, 'is a soft or external link');
    const type = this.#module.get_type(id, `/${path}`);
    if (type === this.#module.H5G_GROUP) this.walk(path, depth + 1);
    else if (type === this.#module.H5G_DATASET) this.#readDataset(path);
  }

  #readDataset(path: string): void {
    const metadata = this.#module.get_dataset_metadata(this.#file.file_id, `/${path}`);
    const { type, size, shape, littleEndian, virtual_sources } = metadata;
    if (virtual_sources) throw this.#foreign(path, 'is a virtual dataset');
    if (type !== FLOAT || !littleEndian || (size !== 4 && size !== 8) || shape === null) {
      this.others.push(path);
      return;
    }
    this.#claim(path, metadata);
    const { value } = this.#file.get(`/${path}`) as { readonly value: unknown };
    if (value instanceof Float32Array) this.arrays.set(path, { dtype: 'F32', shape, data: value });
    else if (value instanceof Float64Array) this.arrays.set(path, { dtype: 'F64', shape, data: value });
    else throw damaged(this.#where, `the dataset ${shown(path)} has no numbers`, 'it must have some');
  }

  /** Refuses what is larger than the file can hold, before the library allocates it. */
  #claim(name: string, { shape, size }: H5Metadata): void {
    const bytes = (shape ?? []).reduce((product, n) => product * n, size);
    this.#bytesLeft -= bytes;
    if (this.#bytesLeft >= 0) return;
    throw new UnrolledError(
      'file-large',
      `${this.#where}: ${shown(name)} has ${bytes} bytes; all arrays of the file may have ${MOST_GROWTH} times its size. ` +
        'Save the model without compression.',
    );
  }

  #foreign(path: string, got: string): UnrolledError {
    return new UnrolledError(
      'file-foreign',
      `${this.#where}: ${shown(path)} ${got}; it must be an array in the file itself. Save the model as one file.`,
    );
  }
}
