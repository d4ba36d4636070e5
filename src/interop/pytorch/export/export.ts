import { textStart } from '../../../data/text-start.ts';
import { writeSafetensors } from '../../../formats/safetensors.ts';
import { hasZoneout } from '../../../models/config.ts';
import { type Exported, type Exporter, zoneoutNotes } from '../../exporter.ts';
import { type Network, networkInFloat32 } from '../../network/network.ts';
import { tokenFiles } from '../../vocabulary/token-files.ts';
import { isBuiltIn } from './layer-module.ts';
import { loadProgram } from './load-program.ts';
import { stateDictOf } from './state-dict.ts';

/** A folder: weights with PyTorch's names, a program that builds the module, and the tokens. */
export const pytorchExporter: Exporter = {
  extension: null,
  write: (model, { where }): Exported => {
    const network = networkInFloat32(model, where);
    const files = new Map([
      ['load.py', utf8(loadProgram(network, textStart(model)))],
      ['model.safetensors', writeSafetensors(stateDictOf(network), { format: 'pt' })],
      ...tokenFiles(model).map(([name, text]) => [name, utf8(text)] as const),
    ]);
    return { files, notes: notesOf(network) };
  },
};

function notesOf(network: Network): readonly string[] {
  return [
    ...zoneoutNotes(network),
    ...(isBuiltIn(network)
      ? []
      : [
          `load.py has a module for ${network.cell}${hasZoneout(network) ? ' with zoneout' : ''}, because PyTorch has none; import does not read its weights.`,
        ]),
  ];
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
