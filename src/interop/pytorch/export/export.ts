import { textStart } from '../../../data/text-start.ts';
import { tokenizerJSON } from '../../../data/tokenizers/hugging-face/codec-json.ts';
import { writeSafetensors } from '../../../formats/safetensors.ts';
import type { Exported, Exporter } from '../../exporter.ts';
import { type Network, networkInFloat32 } from '../../network/network.ts';
import { isBuiltIn } from './layer-module.ts';
import { loadProgram } from './load-program.ts';
import { stateDictOf } from './state-dict.ts';

/** A folder: weights with PyTorch's names, a program that builds the module, and the tokens. */
export const pytorchExporter: Exporter = {
  extension: null,
  write: (model, { where }): Exported => {
    const network = networkInFloat32(model, where);
    const tokenizer = tokenizerJSON(model);
    const files = new Map([
      ['load.py', utf8(loadProgram(network, textStart(model)))],
      ['model.safetensors', writeSafetensors(stateDictOf(network), { format: 'pt' })],
      ['vocab.json', utf8(`${JSON.stringify(model.vocabulary.tokens)}\n`)],
      ...(tokenizer === null ? [] : [['tokenizer.json', utf8(tokenizer)] as const]),
    ]);
    return { files, notes: notesOf(network) };
  },
};

function notesOf(network: Network): readonly string[] {
  const { cell, zoneout = 0, zoneoutCell = 0 } = network;
  const hasZoneout = zoneout > 0 || zoneoutCell > 0;
  return [
    ...(hasZoneout ? ['Zoneout is its expectation, as in evaluation.'] : []),
    ...(isBuiltIn(network)
      ? []
      : [
          `load.py has a module for ${cell}${hasZoneout ? ' with zoneout' : ''}, because PyTorch has none; import does not read its weights.`,
        ]),
  ];
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
