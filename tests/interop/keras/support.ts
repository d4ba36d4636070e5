import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { TextCodec } from '../../../src/data/text-codec.ts';
import { openTokenizer } from '../../../src/data/tokenizers/open.ts';
import { Vocabulary } from '../../../src/data/vocabulary/vocabulary.ts';
import type { ImportFile } from '../../../src/interop/importer.ts';

/** A vocabulary of V words, for models whose files have none. */
export function codecOf(V: number): TextCodec {
  const tokens = Array.from({ length: V - 1 }, (_, i) => `w${i + 1}`);
  return {
    tokenizer: openTokenizer('word'),
    vocabulary: Vocabulary.fromTokens(['<unk>', ...tokens], '<unk>'),
  };
}

export function logSoftmax(logits: ArrayLike<number>): number[] {
  const x = Array.from(logits);
  const most = Math.max(...x);
  const log = most + Math.log(x.reduce((sum, value) => sum + Math.exp(value - most), 0));
  return x.map((value) => value - log);
}

/** A file of tests/golden/interop/keras. */
export function golden(name: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(
    readFileSync(fileURLToPath(new URL(`../../golden/interop/keras/${name}`, import.meta.url))),
  );
}

/** Log probabilities after each id, as a recipe of goldens writes them. */
export interface Expected<Rows = readonly (readonly number[])[]> {
  readonly ids: readonly number[];
  readonly expected: Rows;
}

export function expectedOf<Rows>(name: string): Expected<Rows> {
  return JSON.parse(new TextDecoder().decode(golden(name))) as Expected<Rows>;
}

/** The parts of a model.json that tests change. */
export interface ModelJson {
  modelTopology: { config: { layers: LayerJson[] } };
  weightsManifest: { paths: string[]; weights: WeightJson[] }[];
}

export interface LayerJson {
  class_name: string;
  config: Record<string, unknown>;
}

interface WeightJson {
  name: string;
  shape: number[];
  dtype: string;
  quantization?: unknown;
}

/** The model of TensorFlow.js, with changes of its JSON and of its file of weights. */
export function tfjsFile(
  change: (json: ModelJson) => void = () => {},
  weights: Uint8Array = golden('tfjs/model.weights.bin'),
): ImportFile {
  const json = JSON.parse(new TextDecoder().decode(golden('tfjs/model.json'))) as ModelJson;
  change(json);
  const bytes = new TextEncoder().encode(JSON.stringify(json));
  return {
    name: 'model.json',
    bytes,
    sibling: async (name) => (name === 'model.weights.bin' ? weights : null),
  };
}
