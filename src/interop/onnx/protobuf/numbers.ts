import type { Field } from './schema.ts';
import type { WireReader } from './wire-reader.ts';

/** The numbers of a packed field, in arrays of their own size: integers in 32 bits where all fit. */
export function readPacked(kind: Field['kind'], reader: WireReader): ArrayLike<number> {
  if (kind === 'float') return filled(new Float32Array(Math.ceil(reader.left / 4)), kind, reader);
  if (kind === 'double') return filled(new Float64Array(Math.ceil(reader.left / 8)), kind, reader);
  return integers(reader);
}

function filled<A extends Float32Array | Float64Array>(
  numbers: A,
  kind: Field['kind'],
  reader: WireReader,
): A {
  for (let i = 0; i < numbers.length; i++) numbers[i] = reader.number(kind);
  return numbers;
}

/** At most one integer a byte. */
function integers(reader: WireReader): ArrayLike<number> {
  let numbers: Int32Array | Float64Array = new Int32Array(Math.ceil(reader.left / 2));
  let count = 0;
  while (!reader.atEnd) {
    const value = reader.number('int64');
    const fits = numbers instanceof Float64Array || value === (value | 0);
    if (!fits || count === numbers.length) numbers = grown(numbers, count, count + reader.left + 1, fits);
    numbers[count++] = value;
  }
  return numbers.slice(0, count);
}

function grown(
  numbers: Int32Array | Float64Array,
  count: number,
  size: number,
  fits: boolean,
): Int32Array | Float64Array {
  const larger = numbers instanceof Int32Array && fits ? new Int32Array(size) : new Float64Array(size);
  larger.set(numbers.subarray(0, count));
  return larger;
}

/** A repeated field with more values. A list that grows stays an array of JavaScript, so that it grows fast. */
export function joined(before: unknown, more: ArrayLike<number>): ArrayLike<number> {
  if (before === undefined) return more;
  const list = Array.isArray(before) ? (before as number[]) : Array.from(before as ArrayLike<number>);
  for (let i = 0; i < more.length; i++) list.push(more[i]);
  return list;
}
