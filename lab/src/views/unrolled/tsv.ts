import type { ReadingFacts } from '../../engine/reading/calls.ts';
import type { Column } from '../../state/columns.ts';
import { tokenText } from './spine/scene.ts';

/** A row per step: the token, its surprisal and rank, the most likely next token, and every unit of every layer. */
export function numbersAsTSV(
  facts: ReadingFacts,
  steps: readonly { readonly step: number; readonly column: Column | null }[],
): string {
  const known = steps.filter((one): one is { step: number; column: Column } => one.column !== null);
  if (known.length === 0) return '';
  const { layers } = known[0].column.window;
  const units = layers.flatMap(({ width }, layer) =>
    Array.from({ length: width }, (_, unit) => `layer ${layer} unit ${unit}`),
  );
  const rows = known.map(({ step, column: { window, row } }) => [
    step,
    tokenText(facts, step),
    facts.bits[step] ?? '',
    facts.ranks[step] ?? '',
    window.topTokens[row * window.K].replace(/[\t\n]/g, ' '),
    window.topProbabilities[row * window.K],
    ...window.layers.flatMap(({ h, width }) => [...h.subarray(row * width, (row + 1) * width)]),
  ]);
  const head = ['step', 'token', 'bits', 'rank', 'next', 'probability', ...units];
  return `${[head, ...rows].map((row) => row.join('\t')).join('\n')}\n`;
}
