import { UnrolledError } from '../../../errors.ts';
import { damaged } from '../../../formats/damaged.ts';
import type { FloatArray } from '../../network/float-array.ts';
import { NumpyArray } from '../../pickle/numpy.ts';
import { floatsOf } from '../../pickle/numpy-floats.ts';
import type { TensorReference } from './tensor.ts';

/** Reads the bytes of a storage by its key, at least a given number. */
export type StorageReader = (key: string, bytes: number) => Promise<Uint8Array>;

/** The memory that tensors may take beyond the file: times its size, and for any. */
const MOST_GROWTH = 4;
const FREE_BYTES = 1 << 20;

/** Reads arrays of a file. Two that view the same memory in the same way are the same array. */
export class ArrayReader {
  readonly #storages: StorageReader;
  readonly #where: string;
  readonly #read: Map<unknown, FloatArray> = new Map();
  #bytesLeft: number;

  constructor(storages: StorageReader, fileSize: number, where: string) {
    this.#storages = storages;
    this.#where = where;
    this.#bytesLeft = MOST_GROWTH * fileSize + FREE_BYTES;
  }

  /** The numbers, row-major, half precision widened; null if they are no floating-point numbers. Throws UnrolledError. */
  async read(name: string, array: TensorReference | NumpyArray): Promise<FloatArray | null> {
    const identity = array instanceof NumpyArray ? array : array.identity;
    // Each name becomes a weight of its own, unless it is left out.
    this.#charge(name, array.size * Math.max(array.type.size, 4));
    const known = this.#read.get(identity);
    if (known) return known;
    const floats = array instanceof NumpyArray ? floatsOf(array) : await this.#floatsOf(name, array);
    if (floats) this.#read.set(identity, floats);
    return floats;
  }

  async #floatsOf(name: string, tensor: TensorReference): Promise<FloatArray | null> {
    const { decode } = tensor.type;
    return decode && arrayOf(decode(await this.#bytesOf(name, tensor)), tensor.shape);
  }

  #charge(name: string, bytes: number): void {
    this.#bytesLeft -= bytes;
    if (this.#bytesLeft >= 0) return;
    throw new UnrolledError(
      'file-large',
      `${this.#where}: ${name}: the tensors view the same memory in so many ways that they have more than ${MOST_GROWTH} times ` +
        'the size of the file; a model does not. Save its state dict.',
    );
  }

  /** The elements one after another, in a buffer of their own. */
  async #bytesOf(
    name: string,
    { storage, offset, shape, strides, type, size }: TensorReference,
  ): Promise<ArrayBuffer> {
    const base = storage.offset * storage.type.size;
    const needed = base + storage.count * storage.type.size;
    const bytes = await this.#storages(storage.key, needed);
    if (bytes.length < needed) {
      throw damaged(
        `${this.#where}: ${name}`,
        `its storage has ${bytes.length} bytes`,
        `it must have ${needed}`,
      );
    }
    const result = new Uint8Array(size * type.size);
    const source = bytes.subarray(base);
    let to = 0;
    for (const { at, count } of runsOf(offset, shape, strides)) {
      result.set(source.subarray(at * type.size, (at + count) * type.size), to);
      to += count * type.size;
    }
    return result.buffer;
  }
}

/** The parts of a storage that are contiguous in a view, in row-major order, in elements. */
function* runsOf(
  offset: number,
  shape: readonly number[],
  strides: readonly number[],
): Generator<{ readonly at: number; readonly count: number }, void> {
  if (shape.includes(0)) return;
  let [axis, count] = [shape.length, 1];
  // An axis of size 1 may have any stride.
  while (axis > 0 && (strides[axis - 1] === count || shape[axis - 1] === 1)) count *= shape[--axis];
  const outer = shape.slice(0, axis);
  const index = outer.map(() => 0);
  let at = offset;
  for (;;) {
    yield { at, count };
    let i = axis - 1;
    for (; i >= 0 && index[i] === outer[i] - 1; i--) {
      at -= index[i] * strides[i];
      index[i] = 0;
    }
    if (i < 0) return;
    index[i]++;
    at += strides[i];
  }
}

function arrayOf(data: Float32Array | Float64Array, shape: readonly number[]): FloatArray {
  return data instanceof Float64Array ? { dtype: 'F64', shape, data } : { dtype: 'F32', shape, data };
}
