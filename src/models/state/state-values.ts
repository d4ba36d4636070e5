import { UnrolledError } from '../../errors.ts';
import { wrongKind } from '../../kinds.ts';
import { cells, cellsWith } from '../cells.ts';
import { type RecurrentConfig, widthOf } from '../config.ts';

/** The numbers of a state on the host, independent of the backend. */
export interface StateValues {
  /** The number of streams. */
  readonly N: number;
  /** h, and c of an LSTM or CIFG, of each layer from bottom to top: (N, H), row-major. */
  readonly layers: readonly { readonly h: Float64Array; readonly c?: Float64Array }[];
}

/** A part of a state: h or c of one layer. */
export interface StatePart {
  readonly layer: number;
  readonly name: 'h' | 'c';
  /** H */
  readonly width: number;
}

/** The parts of a model's state, from the bottom layer to the top. */
export function statePartsOf(config: RecurrentConfig): readonly StatePart[] {
  const names = cells[config.cell].states;
  return Array.from({ length: config.layers }, (_, layer) =>
    names.map((name) => ({ layer, name, width: widthOf(config, layer) })),
  ).flat();
}

/** Groups the arrays of the parts by layer. */
export function layersOf<Numbers>(
  parts: readonly StatePart[],
  numbers: readonly Numbers[],
): { readonly h: Numbers; readonly c?: Numbers }[] {
  const layers: Partial<Record<'h' | 'c', Numbers>>[] = [];
  parts.forEach(({ layer, name }, p) => {
    layers[layer] = { ...layers[layer], [name]: numbers[p] };
  });
  return layers as { h: Numbers; c?: Numbers }[];
}

/** Throws unless the numbers match the model's layers: h, and c of an LSTM or CIFG, with each layer's width. */
export function checkStateValues(config: RecurrentConfig, { N, layers }: StateValues): void {
  if (!Array.isArray(layers) || !layers.every((layer) => layer?.h)) {
    throw wrongKind(
      'RecurrentLM',
      'the layers of the state',
      layers,
      'a list of { h, c }',
      'Pass await state.save().',
    );
  }
  if (layers.length !== config.layers) {
    throw new UnrolledError(
      'shape',
      `RecurrentLM: the state has ${layers.length} layers; the model has ${config.layers}.`,
    );
  }
  layers.forEach(({ h, c }, i) => {
    const H = widthOf(config, i);
    if ((c !== undefined) !== cells[config.cell].states.includes('c')) {
      throw new UnrolledError(
        'shape',
        `RecurrentLM: layer ${i} of the state has ${c ? 'a' : 'no'} c, the cell is "${config.cell}"; cells with a c are ${cellsWith(({ states }) => states.includes('c'))}.`,
      );
    }
    const wrong = [h, c].find((numbers) => numbers !== undefined && numbers.length !== N * H);
    if (wrong) {
      throw new UnrolledError(
        'shape',
        `RecurrentLM: layer ${i} of the state has ${wrong.length} numbers; it needs N·H = ${N}·${H} = ${N * H}.`,
      );
    }
  });
}
