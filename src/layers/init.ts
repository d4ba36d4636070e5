import { wrongKind } from '../kinds.ts';
import { checkRandom, type Random } from '../tensor/random.ts';
import { Tensor } from '../tensor/tensor.ts';
import type { Param } from './layer.ts';

/** Draws `size` numbers from N(0, deviation²), in order. */
export function drawNormal(size: number, random: Random, deviation: number): Float64Array {
  return new Float64Array(size).map(() => random.normal() * deviation);
}

/** Draws `size` numbers uniformly from −scale to scale, in order. */
export function drawUniform(size: number, random: Random, scale: number): Float64Array {
  return new Float64Array(size).map(() => (2 * random.uniform() - 1) * scale);
}

/** The standard deviation 1/√rows, which keeps the variance of activations through x·W (LeCun et al. 1998). */
export function fanInDeviation({ value }: Param): number {
  return 1 / Math.sqrt(value.shape[0]);
}

/**
 * Initialises a Param with numbers from N(0, deviation²), in memory order. Needs a backend whose memory the host can
 * access.
 * @param deviation the standard deviation
 * @throws {UnrolledError} code `option-value` for an argument of the wrong type
 */
export function initNormal(param: Param, random: Random, deviation: number): void {
  checkParam(param);
  checkRandom('init', random);
  const { value } = param;
  value.set(drawNormal(value.size, random, deviation));
}

/**
 * `initNormal` with the standard deviation 1/√rows, where rows is the fan-in.
 * @throws {UnrolledError} code `option-value` for an argument of the wrong type
 */
export function initByFanIn(param: Param, random: Random): void {
  checkParam(param);
  initNormal(param, random, fanInDeviation(param));
}

function checkParam(param: Param): void {
  if (param?.value instanceof Tensor) return;
  throw wrongKind('init', 'the parameter', param, 'a Param', 'Make it with createParam().');
}
