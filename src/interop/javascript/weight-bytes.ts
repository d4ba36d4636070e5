import { UnrolledError } from '../../errors.ts';

const LARGEST_FLOAT16 = 65_504;

/** The weights of a module, one array after the other. */
export interface WeightBytes {
  readonly bytes: Uint8Array;
  /** The largest change of a weight by rounding; 0 for float32. */
  readonly change: number;
}

/** The arrays as float32, little-endian. */
export function float32Bytes(arrays: Iterable<ArrayLike<number>>): WeightBytes {
  const all = [...arrays];
  const weights = new Float32Array(sizeOf(all));
  let at = 0;
  for (const array of all) {
    weights.set(array, at);
    at += array.length;
  }
  return { bytes: new Uint8Array(weights.buffer), change: 0 };
}

/**
 * The arrays rounded to the nearest float16, little-endian.
 * @param where the beginning of error messages
 * @throws {UnrolledError} code `option-value` for a weight that float16 can't hold
 */
export function float16Bytes(arrays: Iterable<ArrayLike<number>>, where: string): WeightBytes {
  const all = [...arrays];
  const halves = new Uint16Array(sizeOf(all));
  let [at, change] = [0, 0];
  for (const array of all) {
    for (let i = 0; i < array.length; i++) {
      const rounded = roundToFloat16(array[i]);
      if (Math.abs(rounded) > LARGEST_FLOAT16) throw tooLarge(array[i], where);
      change = Math.max(change, Math.abs(rounded - array[i]));
      halves[at++] = float16Bits(rounded);
    }
  }
  return { bytes: new Uint8Array(halves.buffer), change };
}

function sizeOf(arrays: readonly ArrayLike<number>[]): number {
  return arrays.reduce((sum, { length }) => sum + length, 0);
}

/** Float16 has 11 significant bits, and multiples of 2⁻²⁴ below 2⁻¹⁴. Adding and subtracting 3·2⁵¹ steps rounds to even. */
function roundToFloat16(x: number): number {
  const exponent = Math.max(-14, Math.floor(Math.log2(Math.abs(x))));
  const shift = 3 * 2 ** (51 + exponent - 10);
  return x + shift - shift;
}

/** The bits of a number that float16 holds. */
function float16Bits(x: number): number {
  const size = Math.abs(x);
  const sign = x < 0 ? 0x8000 : 0;
  if (size < 2 ** -14) return sign | (size * 2 ** 24);
  const exponent = Math.floor(Math.log2(size));
  return sign | ((exponent + 15) << 10) | (size * 2 ** (10 - exponent) - 1024);
}

function tooLarge(weight: number, where: string): UnrolledError {
  return new UnrolledError(
    'option-value',
    `${where}: a weight is ${weight}; float16 holds numbers up to ${LARGEST_FLOAT16}. Export float32, the default.`,
  );
}
