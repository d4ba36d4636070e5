import type { BlockGradients, CellGradients } from '../../engine/gradients/calls.ts';

/** One line for each model, layer, state and step back, in all digits; `truncated` is 1 where the block does not reach. */
export function normsTSV(own: BlockGradients, cells: readonly CellGradients[]): string {
  const models = [{ name: 'model', of: own }, ...cells.map((of) => ({ name: `small ${of.cell}`, of }))];
  const lines = models.flatMap(({ name, of: { cell, layers, whole } }) =>
    whole.flatMap((norms, layer) =>
      (['h', 'c'] as const).flatMap((state) =>
        Array.from(norms[state] ?? [], (norm, back) => {
          const truncated = Number(back >= layers[layer].h.length);
          return [name, cell, layer, state, back, norm, truncated].join('\t');
        }),
      ),
    ),
  );
  return `${['model\tcell\tlayer\tstate\tback\tnorm\ttruncated', ...lines].join('\n')}\n`;
}
