import type { AlignedData, Series } from 'uplot';
import type { BlockGradients, CellGradients } from '../../engine/gradients/calls.ts';
import { layerOf } from '../../state/back/shown-norms.ts';

/** Colours and dashes of the curves, told apart in grey too because their dashes differ. */
const LOOK: Readonly<Record<string, Pick<Series, 'stroke' | 'dash' | 'width'>>> = {
  own: { stroke: '#d9730d', dash: [], width: 3 },
  rnn: { stroke: '#1f6feb', dash: [10, 4], width: 2 },
  lstm: { stroke: '#8250df', dash: [6, 3, 2, 3], width: 2 },
  gru: { stroke: '#2e7d5b', dash: [3, 3], width: 2 },
};

/** The names of the curves in the language of the page. */
export interface Names {
  readonly own: string;
  readonly beyond: string;
  readonly cut: string;
}

/** Which norms are drawn. */
export interface Which {
  readonly state: 'h' | 'c';
  readonly layerFromTop: number;
}

/**
 * Curves of norms by steps back, on one axis: solid as far as the block goes, and on without truncation. The cut is a vertical
 * line at the state before the block. A norm of 0 has no place on a log scale.
 */
export function normCurves(
  own: BlockGradients,
  cells: readonly CellGradients[],
  { state, layerFromTop }: Which,
  names: Names,
): { readonly data: AlignedData; readonly series: readonly Series[] } {
  const T = own.layers[0].h.length - 1;
  const of = (layers: BlockGradients['layers']) => layerOf(layers, layerFromTop)[state] ?? new Float64Array();
  const longest = Math.max(T, ...[own, ...cells].map(({ whole }) => whole[0].h.length - 1));
  // The step of the cut comes twice, so that the line at it is vertical.
  const backs = Array.from({ length: longest + 2 }, (_, i) => (i <= T ? i : i - 1));
  const row = (norms: Float64Array, from: number, to: number) =>
    backs.map((back) => (back >= from && back <= to && norms[back] > 0 ? norms[back] : null));
  const wholeOwn = of(own.whole);
  const rows = [
    row(of(own.layers), 0, T),
    row(wholeOwn, T, longest),
    ...cells.map(({ whole }) => row(of(whole), 0, longest)),
  ];
  const norms = rows.flat().filter((norm) => norm !== null);
  const ends = [Math.min(...norms), Math.max(...norms)];
  const cut = backs.map((_, i) => (norms.length === 0 || i < T || i > T + 1 ? null : ends[i - T]));
  const line = { spanGaps: false, points: { show: false } };
  const series: Series[] = [
    { ...line, ...LOOK.own, label: names.own, points: { show: true, size: 6 } },
    { ...line, ...LOOK.own, width: 2, dash: [2, 5], label: names.beyond },
    ...cells.map(({ cell }) => ({ ...line, ...LOOK[cell], label: cell.toUpperCase() })),
    { ...line, label: names.cut, stroke: '#8a8f98', width: 2, dash: [] },
  ];
  return { data: [backs, ...rows, cut] as AlignedData, series };
}
