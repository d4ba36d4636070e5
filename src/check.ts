import { UnrolledError } from './errors.ts';

type Numbers = Readonly<Record<string, number>>;

/** Throws `SGD: lr is 0; it must be a positive number, for example 0.1.` */
export function checkPositive(where: string, numbers: Numbers, example: number): void {
  check(where, numbers, (x) => x > 0 && Number.isFinite(x), `a positive number, for example ${example}`);
}

export function checkNotNegative(where: string, numbers: Numbers, example: number): void {
  check(
    where,
    numbers,
    (x) => x >= 0 && Number.isFinite(x),
    `0 or a positive number, for example ${example}`,
  );
}

/** A share that leaves something: of what is kept from step to step. */
export function checkShare(where: string, numbers: Numbers, example: number): void {
  check(where, numbers, (x) => x >= 0 && x < 1, `from 0 to below 1, for example ${example}`);
}

export function checkCount(where: string, numbers: Numbers, least: number): void {
  check(where, numbers, (x) => Number.isSafeInteger(x) && x >= least, `a whole number from ${least} on`);
}

function check(where: string, numbers: Numbers, fits: (x: number) => boolean, needs: string): void {
  for (const [name, value] of Object.entries(numbers)) {
    if (!fits(value))
      throw new UnrolledError('option-value', `${where}: ${name} is ${value}; it must be ${needs}.`);
  }
}
