import { tokenizerJSON } from '../../data/tokenizers/hugging-face/codec-json.ts';
import { encodeModelFile, type ModelFile } from '../../models/model-file.ts';
import type { Exported, Exporter, ExportSettings } from '../exporter.ts';
import {
  configJSON,
  GENERATION,
  generationConfigJSON,
  type JsonMembers,
  TOKENIZER,
  WEIGHTS,
} from './config-json.ts';
import { modelCard } from './model-card.ts';

/** A folder as on the Hugging Face Hub: a model file of ours, described by the files that the Hub and `tokenizers` read. */
export const huggingFaceExporter: Exporter = { extension: null, write };

function write(model: ModelFile, settings: ExportSettings): Exported {
  const tokenizer = tokenizerJSON(model);
  const weights = encodeModelFile(model);
  const card = modelCard(model, { ...settings, hasTokenizer: tokenizer !== null, bytes: weights.length });
  const files = new Map([
    ['config.json', jsonBytes(configJSON(model))],
    [WEIGHTS, weights],
    ...(tokenizer === null ? [] : [[TOKENIZER, bytesOf(tokenizer)] as const]),
    [GENERATION, jsonBytes(generationConfigJSON(model))],
    ['README.md', bytesOf(card)],
  ]);
  const notes = [
    'transformers has no such architecture: unrolled opens the folder, tokenizers and safetensors read its files.',
  ];
  if (tokenizer === null) {
    notes.push(
      'tokenizer.json is not written: its format has no equal for this vocabulary. model.safetensors has the tokenizer.',
    );
  }
  return { files, notes };
}

function jsonBytes(value: JsonMembers): Uint8Array<ArrayBuffer> {
  return bytesOf(`${JSON.stringify(value, null, 2)}\n`);
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
