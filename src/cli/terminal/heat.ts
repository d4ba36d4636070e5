import { hasColour } from './style.ts';

/** Background colours (of 256) by minimum surprisal in bits; the text is black. */
const SHADES: readonly (readonly [bits: number, colour: number])[] = [
  [14, 203],
  [11, 215],
  [8, 222],
  [5, 230],
];

/** The text with the background colour of its surprisal: none below 5 bits, then from pale yellow to red. */
export function heat(text: string, bits: number): string {
  const shade = SHADES.find(([from]) => bits >= from);
  return shade && hasColour() ? `\x1b[48;5;${shade[1]};38;5;16m${text}\x1b[39;49m` : text;
}

/** The legend of the colours. */
export function heatLegend(): string {
  const names = SHADES.toReversed().map(([from]) => heat(` ${from} bits `, from));
  return `at least ${names.join(' ')}`;
}
