import { scientific } from '../language/number-texts.ts';

/** The most decades between which 2 and 5 times each power of ten are ticks too. */
const MOST_DECADES = 4;
/** The most intervals between powers of ten that are ticks. */
const MOST_INTERVALS = 8;

/**
 * Powers of ten, and 2 and 5 times each over a few decades; over many decades, each second, third … power, so that the lines stay
 * apart. None unless `least` is positive.
 */
export function logTicks(least: number, most: number): number[] {
  if (!(least > 0 && most < Number.POSITIVE_INFINITY)) return [];
  const [first, last] = [least, most].map((value) => Math.floor(Math.log10(value)));
  const factors = last - first > MOST_DECADES ? [1] : [1, 2, 5];
  const each = Math.ceil((last - first) / MOST_INTERVALS) || 1;
  const powers = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const ticks = powers
    .filter((power) => power % each === 0)
    .flatMap((power) => factors.map((factor) => Number(`${factor}e${power}`)));
  return ticks.filter((tick) => tick >= least && tick <= most);
}

/** A tick of a log axis: `0.01`, `1`, `10⁻⁶`. */
export function logText(tick: number): string {
  return tick >= 1e-3 && tick < 1e5 ? String(Number(tick.toPrecision(2))) : scientific(tick, 0);
}
