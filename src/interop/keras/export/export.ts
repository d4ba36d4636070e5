import { textStart } from '../../../data/text-start.ts';
import { UnrolledError } from '../../../errors.ts';
import { hasZoneout } from '../../../models/config.ts';
import type { Exported, Exporter } from '../../exporter.ts';
import { type Network, networkInFloat32 } from '../../network/network.ts';
import { tokenFiles } from '../../vocabulary/token-files.ts';
import { kerasCells } from '../cell-types.ts';
import { loadProgram } from './load-program.ts';
import { writeNpz } from './npz.ts';
import { kerasWeightsOf } from './weights.ts';

/** A folder: weights with Keras' names, a program that builds the model, and the tokens. */
export const kerasExporter: Exporter = {
  extension: null,
  write: (model, { where }): Exported => {
    const network = networkInFloat32(model, where);
    checkCell(network, where);
    const files = new Map([
      ['load.py', utf8(loadProgram(network, textStart(model)))],
      ['weights.npz', writeNpz(kerasWeightsOf(network))],
      ...tokenFiles(model).map(([name, text]) => [name, utf8(text)] as const),
    ]);
    const tied = 'The tied table is written twice: the Dense layer of Keras has a kernel of its own.';
    return { files, notes: network.affine ? [] : [tied] };
  },
};

function checkCell(network: Network, where: string): void {
  const isZoned = hasZoneout(network);
  if (kerasCells[network.cell] && !isZoned) return;
  throw new UnrolledError(
    'option-value',
    `${where}: the model has ${isZoned ? 'zoneout' : `the cell ${network.cell}`}, which no layer of Keras computes; ` +
      'keras needs rnn, rnn-relu, lstm, lstm-cifg or gru without zoneout. Export it to onnx, pytorch or js.',
  );
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
