import { UnrolledError } from './errors.ts';
import { integer, type Kind, notNegative, positive, rate } from './kinds.ts';

type Numbers = Readonly<Record<string, number>>;

/** Throws `SGD: lr is 0; it must be a positive number, for example 0.1.` */
export function checkPositive(where: string, numbers: Numbers, example: number): void {
  check(where, numbers, positive, example);
}

export function checkNotNegative(where: string, numbers: Numbers, example: number): void {
  check(where, numbers, notNegative, example);
}

/** For a rate or factor that keeps something from step to step: from 0 to below 1. */
export function checkRate(where: string, numbers: Numbers, example: number): void {
  check(where, numbers, rate, example);
}

export function checkCount(where: string, numbers: Numbers, least: number): void {
  check(where, numbers, integer({ from: least }));
}

function check(where: string, numbers: Numbers, kind: Kind, example?: number): void {
  const advice = example === undefined ? '' : `, for example ${example}`;
  for (const [name, value] of Object.entries(numbers)) {
    if (kind.accepts(value)) continue;
    throw new UnrolledError(
      'option-value',
      `${where}: ${name} is ${value}; it must be ${kind.needs}${advice}.`,
    );
  }
}
