import type { Random } from '../tensor/random.ts';
import type { Param } from './layer.ts';

/** Draws every number of a Param from N(0, deviation²), first to last. */
export function initNormal({ value }: Param, random: Random, deviation: number): void {
  value.set(Float64Array.from({ length: value.size }, () => random.normal() * deviation));
}

/** Draws every number of a Param evenly from −scale to scale, first to last. */
export function initUniform({ value }: Param, random: Random, scale: number): void {
  value.set(Float64Array.from({ length: value.size }, () => (2 * random.uniform() - 1) * scale));
}

/** As `initNormal` with deviation 1/√rows: keeps the size of a signal through x·W (LeCun et al. 1998). */
export function initByFanIn(param: Param, random: Random): void {
  initNormal(param, random, 1 / Math.sqrt(param.value.shape[0]));
}
