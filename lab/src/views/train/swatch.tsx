import { lookOf } from '../../charts/series-looks.ts';
import { colourScheme } from '../../theme.ts';

/** The colour and dash of curve i of the chart, beside its name. */
export function Swatch({ index }: { readonly index: number }) {
  const { stroke, dash } = lookOf(index, colourScheme.value);
  return (
    <svg class="swatch" viewBox="0 0 32 8" aria-hidden="true">
      <line x1="0" x2="32" y1="4" y2="4" stroke={stroke} stroke-width="3" stroke-dasharray={dash.join(' ')} />
    </svg>
  );
}
