import { Random } from '../../tensor/random.ts';
import type { FieldKind } from '../fields.ts';

/** A seed of 64 bits, signed or not; above 2⁵³ it may be a bigint. */
export const seedKind: FieldKind<number | bigint> = {
  needs: 'a 64-bit integer',
  schema: { type: 'integer', minimum: -(2 ** 63), maximum: 2 ** 64 },
  accepts: (value): value is number | bigint =>
    (typeof value === 'bigint' || Number.isInteger(value)) &&
    BigInt(value as number | bigint) >= -(2n ** 63n) &&
    BigInt(value as number | bigint) < 2n ** 64n,
};

/** A random seed of 32 bits. */
export function randomSeed(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0];
}

/** The generator for a seed: the usual one for seeds of 32 bits, signed or not, and another one for each other seed of 64 bits. */
export function randomOf(seed: bigint): Random {
  const isShort = BigInt.asIntN(32, seed) === seed;
  const bits = BigInt.asUintN(isShort ? 32 : 64, seed);
  const [low, high] = [Number(bits & 0xffffffffn), Number(bits >> 32n)];
  const random = new Random(low);
  if (high === 0) return random;
  const more = new Random(high).save();
  // Shifted by a word, so that equal halves don't cancel out.
  random.restore(random.save().map((word, i) => word ^ more[(i + 1) % more.length]));
  return random;
}
