/** Colours of data, the same in all views: (red, green, blue), each from 0 to 255. */
export type Colour = readonly [number, number, number];

interface Ends {
  readonly negative: Colour;
  readonly zero: Colour;
  readonly positive: Colour;
  readonly most: Colour;
}

/** Blue and orange are told apart with deuteranopia; in grey, the negative end is the darker one. Text on all of them has a contrast of at least 4.5. */
const ENDS: Readonly<Record<'light' | 'dark', Ends>> = {
  light: { negative: [72, 140, 216], zero: [253, 253, 252], positive: [244, 150, 52], most: [238, 128, 70] },
  dark: { negative: [26, 80, 156], zero: [29, 32, 37], positive: [158, 84, 20], most: [174, 70, 28] },
};

/** The colour of an activation: −1 is the negative end, 0 the middle, 1 the positive end; beyond them, the ends. */
export function divergingColour(value: number, scheme: 'light' | 'dark'): Colour {
  const { negative, zero, positive } = ENDS[scheme];
  const end = value < 0 ? negative : positive;
  return between(zero, end, Math.min(1, Math.abs(value)));
}

/** The colour of a surprisal or probability: from 0, the colour of the page, to 1. */
export function sequentialColour(share: number, scheme: 'light' | 'dark'): Colour {
  const { zero, most } = ENDS[scheme];
  return between(zero, most, Math.min(1, Math.max(0, share)));
}

/** `divergingColour` for CSS. */
export function diverging(value: number, scheme: 'light' | 'dark'): string {
  return css(divergingColour(value, scheme));
}

/** `sequentialColour` for CSS. */
export function sequential(share: number, scheme: 'light' | 'dark'): string {
  return css(sequentialColour(share, scheme));
}

/** The share of the sequential scale for a surprisal in bits: 12 bits and more have its end. */
export function shareOfBits(bits: number): number {
  return Math.min(1, bits / 12);
}

function between(from: Colour, to: Colour, share: number): Colour {
  const at = (i: 0 | 1 | 2) => Math.round(from[i] + share * (to[i] - from[i]));
  return [at(0), at(1), at(2)];
}

function css(colour: Colour): string {
  return `rgb(${colour.join(' ')})`;
}
