import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import { UnrolledError } from '../errors.ts';
import { wrongKind } from '../kinds.ts';

/** A seeded random number generator (xoroshiro128+) with the same sequence on every machine. */
export class Random {
  #generator: ReturnType<typeof xoroshiro128plusFromState>;

  /**
   * @param seed an integer from 0 to 2³² − 1
   * @throws {UnrolledError} code `option-value` for another seed
   */
  constructor(seed: number) {
    if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
      throw new UnrolledError(
        'option-value',
        `Random: seed is ${seed}; it must be an integer from 0 to ${0xffffffff}.`,
      );
    }
    this.#generator = xoroshiro128plusFromState(spread(seed));
  }

  /**
   * Creates a generator from a saved state.
   * @deprecated Use `restore`.
   * @throws {UnrolledError} as `restore`
   */
  static fromState(state: readonly number[]): Random {
    const random = new Random(0);
    random.restore(state);
    return random;
  }

  /** Returns the state, four integers, for `restore`. */
  save(): number[] {
    return [...this.#generator.getState()];
  }

  /**
   * Restores what `save` returned.
   * @throws {UnrolledError} code `option-value` unless the state is four integers, not all 0
   */
  restore(state: readonly number[]): void {
    if (state.length !== 4 || !state.every(Number.isInteger) || state.every((word) => word === 0)) {
      throw new UnrolledError(
        'option-value',
        `Random: the state is [${state}]; it must be four integers, not all 0.`,
      );
    }
    this.#generator = xoroshiro128plusFromState(state);
  }

  /**
   * Earlier name of `save`.
   * @deprecated Use `save`.
   */
  state(): number[] {
    return this.save();
  }

  /** Returns a uniform number in [0, 1), a multiple of 2⁻⁵³. */
  uniform(): number {
    return uniformFloat64(this.#generator);
  }

  /**
   * Returns a sample from N(0, 1), by Marsaglia's polar method (1964). The second number of each pair is
   * discarded, so the generator's state is the only state to save.
   */
  normal(): number {
    for (;;) {
      const u = 2 * this.uniform() - 1;
      const v = 2 * this.uniform() - 1;
      const s = u * u + v * v;
      if (s > 0 && s < 1) return u * Math.sqrt((-2 * portableLog(s)) / s);
    }
  }
}

/** Throws unless `random` is a Random. */
export function checkRandom(where: string, random: unknown): void {
  if (typeof Object(random).uniform === 'function') return;
  throw wrongKind(where, 'random', random, 'a Random', 'Pass new Random(seed).');
}

/**
 * Hashes a seed into four words of state, by the finaliser of MurmurHash3 (Appleby 2011). xoroshiro128+ is
 * linear: without the hash, seeds that differ in one bit would give correlated sequences.
 */
function spread(seed: number): number[] {
  return [1, 2, 3, 4].map((i) => {
    let word = (seed + Math.imul(i, 0x9e3779b9)) | 0;
    word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
    word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
    return word ^ (word >>> 16);
  });
}

const bits = new DataView(new ArrayBuffer(8));

/**
 * The natural logarithm of a positive normal number, accurate to 2e-16 (relative, or absolute near 0).
 * `Math.log` may differ between engines in the last bit; initial weights must not.
 *
 * x = m·2ᵉ with m in [√½, √2); log m = 2·artanh s = 2(s + s³/3 + s⁵/5 + …), s = (m − 1)/(m + 1).
 */
export function portableLog(x: number): number {
  bits.setFloat64(0, x);
  const high = bits.getUint32(0);
  let exponent = (high >>> 20) - 1023;
  bits.setUint32(0, (high & 0xfffff) | (1023 << 20));
  let m = bits.getFloat64(0);
  if (m > Math.SQRT2) {
    m /= 2;
    exponent += 1;
  }
  const s = (m - 1) / (m + 1);
  const square = s * s;
  let series = 0;
  for (let odd = 21; odd >= 1; odd -= 2) series = series * square + 1 / odd;
  return 2 * s * series + exponent * Math.LN2;
}
