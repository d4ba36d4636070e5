import { UnrolledError } from '../errors.ts';
import { cells, cellsWith } from './cells.ts';
import { type RecurrentConfig, widthOf } from './config.ts';

/** The carried state as a value, bottom layer first: each h, and of an LSTM each c, is (N, H), row after row. */
export interface ModelState {
  readonly N: number;
  readonly layers: readonly { readonly h: Float64Array; readonly c?: Float64Array }[];
}

/** Throws unless the state has the layers of the model, each with h and, of an LSTM, c of its width. */
export function checkState(config: RecurrentConfig, { N, layers }: ModelState): void {
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
        `RecurrentLM: layer ${i} of the state has ${c ? 'a' : 'no'} c; the cell is "${config.cell}", cells with a c are: ${cellsWith(({ states }) => states.includes('c'))}.`,
      );
    }
    const wrong = [h, c].find((numbers) => numbers !== undefined && numbers.length !== N * H);
    if (wrong) {
      throw new UnrolledError(
        'shape',
        `RecurrentLM: layer ${i} of the state has ${wrong.length} numbers; N=${N}, H=${H} needs ${N * H}.`,
      );
    }
  });
}
