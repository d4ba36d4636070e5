import { UnrolledError } from '../../errors.ts';

/** Throws `ActivationPenalty: alpha is −1; it must be a number from 0 on.` for what can weigh no penalty. */
export function checkFactor(where: string, name: string, factor: number): number {
  if (factor >= 0 && Number.isFinite(factor)) return factor;
  throw new UnrolledError(
    'option-value',
    `${where}: ${name} is ${factor}; it must be a number from 0 on, for example 1.`,
  );
}
