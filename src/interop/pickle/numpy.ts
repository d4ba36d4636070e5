import { UnrolledError } from '../../errors.ts';
import { isShape, isSize } from '../../formats/named-array.ts';
import type { PickleFunction, PickleMachine } from './machine.ts';
import type { PickleValue } from './values.ts';

/** An element type of NumPy, such as `f2` for float16: kind and size in bytes. */
export class NumpyType {
  readonly code: string;
  /** Whether the bytes are big-endian. */
  isSwapped = false;

  constructor(code: string) {
    this.code = code;
  }

  get size(): number {
    return Number(this.code.slice(1));
  }
}

/** An array of NumPy: its bytes as they are in the pickle. */
export class NumpyArray {
  shape: readonly number[] = [];
  type: NumpyType = new NumpyType('V0');
  /** Whether the first axis varies fastest. */
  isColumnMajor = false;
  bytes: Uint8Array = new Uint8Array();

  get size(): number {
    return this.shape.reduce((product, n) => product * n, 1);
  }
}

/** How NumPy 1 and 2 store arrays and their types. */
export const numpyFunctions: ReadonlyMap<string, PickleFunction> = new Map<string, PickleFunction>([
  ...inBoth('multiarray._reconstruct', (_, m) => empty(m)),
  ...inBoth('multiarray.scalar', ([type, bytes], m) => scalar(type, bytes, m)),
  ...inBoth('numeric._frombuffer', ([bytes, type, shape, order], m) =>
    ofBuffer(bytes, type, shape, order, m),
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
    `${m.where}: the file has a NumPy array of type ${JSON.stringify(code)}; numbers can be read. Save the weights as float32.`,
  );
}

function scalar(type: PickleValue, bytes: PickleValue, m: PickleMachine): NumpyArray {
  return filled(empty(m), [], type, false, bytes, m);
}

/** Protocol 5: bytes, type, shape and order `C` or `F`. */
function ofBuffer(
  bytes: PickleValue,
  type: PickleValue,
  shape: PickleValue,
  order: PickleValue,
  m: PickleMachine,
): NumpyArray {
  return filled(empty(m), shape, type, order === 'F', bytes, m);
}

/** Sets the state of an array or a type, of BUILD. */
export function setNumpyState(target: NumpyArray | NumpyType, state: PickleValue, m: PickleMachine): void {
  const [first, second, third, fourth, fifth] = Array.isArray(state) ? state : [];
  // A type: (version, byte order, …).
  if (target instanceof NumpyType) target.isSwapped = second === '>';
  // An array: (version, shape, type, isColumnMajor, bytes).
  else filled(target, isSize(first) ? second : undefined, third, fourth === true, fifth, m);
}

function filled(
  array: NumpyArray,
  shape: PickleValue,
  type: PickleValue,
  isColumnMajor: boolean,
  given: PickleValue,
  m: PickleMachine,
): NumpyArray {
  const bytes = typeof given === 'string' ? encoded(given, m) : given;
  if (!isShape(shape) || !(type instanceof NumpyType) || !(bytes instanceof Uint8Array)) {
    throw m.wrong('a NumPy array has no valid shape, type and bytes', 'it must have');
  }
  Object.assign(array, { shape, type, isColumnMajor, bytes });
  if (array.size * type.size !== bytes.length) {
    throw m.wrong(
      `a NumPy array of shape (${shape.join(', ')}) has ${bytes.length} bytes`,
      `it must have ${array.size * type.size}`,
    );
  }
  return array;
}

/** Bytes that Python 2 wrote and that happen to be text. */
function encoded(text: string, m: PickleMachine): Uint8Array {
  m.charge(128 + 3 * text.length);
  return new TextEncoder().encode(text);
}
