import { diverging, sequential } from '../../../charts/scales.ts';
import { colourScheme } from '../../../theme.ts';

/** Below this share of the scale a number has no underline. */
const FAINT = 0.1;

/** The colour and underline of a number with a sign, as a share of the scale from −1 to 1. */
export function signed(share: number): { readonly colour: string; readonly mark: string } {
  const size = Math.abs(share);
  const sign = size < FAINT ? '' : share > 0 ? 'positive' : 'negative';
  return { colour: diverging(share, colourScheme.value), mark: size > 0.5 ? `${sign} strong` : sign };
}

/** The colour and underline of a share from 0 to 1. */
export function unsigned(share: number): { readonly colour: string; readonly mark: string } {
  const mark = share < FAINT ? '' : share > 0.5 ? 'positive strong' : 'positive';
  return { colour: sequential(share, colourScheme.value), mark };
}

/** Decimals for people. */
export function rounded(value: number, digits = 3): string {
  return value.toFixed(digits).replace('-', '−');
}
