import { wrongKind } from '../kinds.ts';
import { checkRandom, type Random } from '../tensor/random.ts';
import { Tensor } from '../tensor/tensor.ts';
import type { Param } from './layer.ts';

/** `size` numbers from N(0, deviation²), in order. */
export function drawNormal(size: number, random: Random, deviation: number): Float64Array {
  return Float64Array.from({ length: size }, () => random.normal() * deviation);
}

/** `size` numbers, uniform from −scale to scale, in order. */
export function drawUniform(size: number, random: Random, scale: number): Float64Array {
  return Float64Array.from({ length: size }, () => (2 * random.uniform() - 1) * scale);
}

/** The deviation 1/√rows, which keeps the size of a signal through x·W (LeCun et al. 1998). */
export function fanInDeviation({ value }: Param): number {
  return 1 / Math.sqrt(value.shape[0]);
}

/**
 * Draws every number of a Param from N(0, deviation²), in order. Needs a backend whose memory the host can
 * access.
 */
export function initNormal(param: Param, random: Random, deviation: number): void {
  checkParam(param);
  checkRandom('init', random);
  const { value } = param;
  value.set(drawNormal(value.size, random, deviation));
}

/** As `initNormal` with the deviation 1/√rows. */
export function initByFanIn(param: Param, random: Random): void {
  checkParam(param);
  initNormal(param, random, fanInDeviation(param));
}

function checkParam(param: Param): void {
  if (param?.value instanceof Tensor) return;
  throw wrongKind('init', 'the parameter', param, 'a Param', 'Make it with createParam().');
}
