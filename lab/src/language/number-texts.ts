/** Probabilities below this one are shown as smaller than it. */
const LEAST_SHARE = 1e-4;

/** A share as a percentage with at most two decimals; one that is not 0 is never shown as 0%. */
export function percentText(value: number, language: string): string {
  const isTiny = value > 0 && value < LEAST_SHARE;
  const text = Math.max(value, isTiny ? LEAST_SHARE : value).toLocaleString(language, {
    style: 'percent',
    maximumFractionDigits: 2,
  });
  return isTiny ? `<${text}` : text;
}

/** A number of any size with some digits that matter: `0.0123`, `2.10×10⁻¹³`. */
export function significant(value: number, digits = 3): string {
  const size = Math.abs(value);
  if (value !== 0 && (size < 0.001 || size >= 10_000)) return scientific(value, digits - 1);
  const text = value.toPrecision(digits);
  return (text.includes('e') ? String(Number(text)) : text).replace('-', '−');
}

/** A number as a power of ten times a number from 1 to 10: `2.1×10⁻¹³`; a power of ten without decimals is `10⁻¹³`. */
export function scientific(value: number, decimals: number): string {
  const [factor, power] = value.toExponential(decimals).split('e');
  const ten = `10${superscript(Number(power))}`;
  return factor === '1' ? ten : `${factor.replace('-', '−')}×${ten}`;
}

function superscript(value: number): string {
  return String(value).replace(/./g, (sign) => (sign === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(sign)]));
}
