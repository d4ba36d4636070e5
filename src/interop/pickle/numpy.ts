import { UnrolledError } from '../../errors.ts';
import { shown } from '../../formats/damaged.ts';
import { elementCount } from '../../formats/named-array.ts';
import { isArrayShape } from '../network/shape.ts';
import type { PickleFunction, PickleMachine, WithState } from './machine.ts';
import { kindOf, type PickleValue } from './values.ts';

/** An element type of NumPy, such as `f2` for float16: kind and size in bytes. */
export class NumpyType implements WithState {
  readonly code: string;
  isBigEndian = false;

  constructor(code: string) {
    this.code = code;
  }

  get name(): string {
    return this.code;
  }

  get size(): number {
    return Number(this.code.slice(1));
  }

  /** The state is `(version, byte order, …)`. */
  setState(state: PickleValue): void {
    this.isBigEndian = Array.isArray(state) && state[1] === '>';
  }
}

/** An array of NumPy: its bytes as they are in the pickle. */
export class NumpyArray implements WithState {
  shape: readonly number[] = [0];
  type: NumpyType = new NumpyType('f4');
  /** Whether the first axis varies fastest. */
  isColumnMajor = false;
  bytes: Uint8Array = new Uint8Array();

  get size(): number {
    return elementCount(this.shape);
  }

  /** The state is `(version, shape, type, isColumnMajor, bytes)`. */
  setState(state: PickleValue, m: PickleMachine): void {
    const [, shape, type, isColumnMajor, bytes] = Array.isArray(state) ? state : [];
    fill(this, { shape, type, isColumnMajor: isColumnMajor === true, bytes }, m);
  }
}

/** How NumPy 1 and 2 store arrays and their types. */
export const numpyFunctions: ReadonlyMap<string, PickleFunction> = new Map<string, PickleFunction>([
  ...inBoth('multiarray._reconstruct', (_, m) => empty(m)),
  ...inBoth('multiarray.scalar', ([type, bytes], m) => scalar(type, bytes, m)),
  // Protocol 5; the order is that of C or Fortran.
  ...inBoth('numeric._frombuffer', ([bytes, type, shape, order], m) =>
    fill(empty(m), { shape, type, isColumnMajor: order === 'F', bytes }, m),
  ),
  ['numpy.ndarray', (_, m) => empty(m)],
  ['numpy.dtype', ([code], m) => typeOf(code, m)],
]);

function inBoth(name: string, run: PickleFunction): readonly (readonly [string, PickleFunction])[] {
  return ['numpy.core', 'numpy._core'].map((module) => [`${module}.${name}`, run]);
}

function empty(m: PickleMachine): NumpyArray {
  m.charge(256);
  return new NumpyArray();
}

function typeOf(code: PickleValue, m: PickleMachine): NumpyType {
  if (typeof code === 'string' && /^[fiub][1248]$/.test(code)) return new NumpyType(code);
  throw new UnrolledError(
    'file-foreign',
    `${m.where}: the file has a NumPy array of type ${typeof code === 'string' ? shown(code) : kindOf(code)}; numbers can be read. Save the weights as float32.`,
  );
}

function scalar(type: PickleValue, bytes: PickleValue, m: PickleMachine): NumpyArray {
  return fill(empty(m), { shape: [], type, isColumnMajor: false, bytes }, m);
}

interface ArrayState {
  readonly shape: PickleValue;
  readonly type: PickleValue;
  readonly isColumnMajor: boolean;
  readonly bytes: PickleValue;
}

/** Sets the members of an array after checking that they fit together. */
function fill(array: NumpyArray, state: ArrayState, m: PickleMachine): NumpyArray {
  const { shape, type, isColumnMajor } = state;
  const bytes = typeof state.bytes === 'string' ? encoded(state.bytes, m) : state.bytes;
  if (!isArrayShape(shape) || !(type instanceof NumpyType) || !(bytes instanceof Uint8Array)) {
    throw m.wrong('a NumPy array has no valid shape, type and bytes', 'it must have');
  }
  Object.assign(array, { shape, type, isColumnMajor, bytes });
  if (array.size * type.size === bytes.length) return array;
  throw m.wrong(
    `a NumPy array of shape (${shape.join(', ')}) has ${bytes.length} bytes`,
    `it must have ${array.size * type.size}`,
  );
}

/** Bytes that Python 2 wrote and that happen to be text. */
function encoded(text: string, m: PickleMachine): Uint8Array {
  m.charge(128 + 3 * text.length);
  return new TextEncoder().encode(text);
}
