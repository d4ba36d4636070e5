import type { TextCodec } from '../data/text-codec.ts';
import { UnrolledError } from '../errors.ts';
import { identifyFile } from '../formats/identify-file.ts';
import { choice, optionsOf, shown } from '../kinds.ts';
import { encodeModelFile } from '../models/model-file.ts';
import { TOKENIZER } from './hugging-face/config-json.ts';
import { huggingFaceImporter } from './hugging-face/import.ts';
import {
  type ImportedNetwork,
  type Importer,
  type ImportFile,
  ImportOptionError,
  type LeftOut,
  type Mapping,
} from './importer.ts';
import type { Hdf5Reader } from './keras/hdf5/contents.ts';
import { kerasImporter } from './keras/importer.ts';
import { tfjsImporter } from './keras/tfjs/importer.ts';
import { weightsOf } from './network/network.ts';
import { onnxImporter } from './onnx/import/importer.ts';
import { bookImporter } from './pickle/book/import.ts';
import { pytorchImporter } from './pytorch/import.ts';
import { safetensorsImporter } from './safetensors/import.ts';
import { readSiblingTokenizer } from './vocabulary/sibling-tokenizer.ts';

const importers: Readonly<Record<string, Importer>> = {
  hf: huggingFaceImporter,
  keras: kerasImporter,
  tfjs: tfjsImporter,
  safetensors: safetensorsImporter,
  onnx: onnxImporter,
  book: bookImporter,
  pytorch: pytorchImporter,
};

/** The formats that models can be imported from. */
export const importFormats: readonly string[] = Object.keys(importers);

/** Options of `importModel`. */
export interface ImportOptions {
  /** The format of the file, one of `importFormats`. Default: recognised by its contents. */
  readonly format?: string;
  /**
   * The tokenizer and vocabulary, for a file without any: id i of the model is token i of the vocabulary. Default: those of the
   * file, else of a `tokenizer.json` beside it.
   */
  readonly codec?: TextCodec;
  /**
   * The name of an array of the file for each role, where its own names are not known: `embedding`, `rnn`, `cell`, `output`, `output-bias`
   * or `ignore` for PyTorch's files (docs/interop.md). Default: found by name and shape.
   */
  readonly map?: Readonly<Record<string, string>>;
  /** Reads HDF5 files, which Keras models need: `hdf5With(await import('h5wasm'))`. Default: such models are refused. */
  readonly hdf5?: Hdf5Reader;
}

/** An imported model. */
export interface Imported {
  /** The bytes of a model file, for `loadModel`. */
  readonly file: Uint8Array<ArrayBuffer>;
  /** The format of the imported file, one of `importFormats`. */
  readonly format: string;
  /** Each array of the imported file that the model has. */
  readonly mapped: readonly Mapping[];
  /** What the model does not have. */
  readonly leftOut: readonly LeftOut[];
  /** The tokens of the model: how texts are split, such as `word`, and V, their number. */
  readonly tokens: {
    readonly kind: string;
    readonly count: number;
    /** The file beside the model that they are from, if they are not the ones of `codec` or of the model file itself. */
    readonly from?: string;
  };
}

/**
 * Reads a model of another tool. Nothing is guessed in silence: what has no equal here is refused by name.
 *
 * @param source the file, with its siblings where a model has several
 * @throws {UnrolledError} code `file-foreign` for an unknown format or a model that has no equal here; `file-damaged` for a file
 * that violates its format; `weights` or `not-finite` for arrays that do not fit together; `vocabulary` without a vocabulary,
 * or with one of another size; `option-value` for an unknown option value, `option-conflict` for `map` where it has no meaning
 */
export async function importModel(source: ImportFile, options: ImportOptions = {}): Promise<Imported> {
  const plain = withPlainBytes(source);
  const { format = recognised(plain), codec, map = {}, hdf5 } = optionsOf('importModel', options);
  const formats = choice(importFormats);
  if (!formats.accepts(format)) {
    throw new UnrolledError(
      'option-value',
      `importModel: format is ${shown(format)}; it must be ${formats.needs}. Pass one.`,
    );
  }
  const importer = importers[format];
  const [given] = importer.takesMap ? [] : Object.entries(map);
  if (given) throw needlessMap(source.name, importer.noun, given);
  const imported = await importer.read(plain, { map, hdf5 });
  const beside = imported.codec ? null : await readSiblingTokenizer(plain);
  const text = codec ?? imported.codec ?? beside!.codec;
  if (!text) throw missingVocabulary(source.name, imported, beside!.leftOut);
  const from = codec || !beside ? {} : { from: TOKENIZER };
  return {
    file: fileOf(imported, text, from.from ?? source.name),
    format,
    mapped: imported.mapped,
    leftOut: [...imported.leftOut, ...(beside?.leftOut ?? [])],
    tokens: { kind: text.tokenizer.kind, count: text.vocabulary.size, ...from },
  };
}

/** Node's buffers are byte arrays too, but their `slice` shares the memory instead of copying it. */
function withPlainBytes({ name, bytes, sibling }: ImportFile): ImportFile {
  const plain = (from: Uint8Array) => new Uint8Array(from.buffer, from.byteOffset, from.byteLength);
  const plainSibling = async (other: string) => {
    const found = await sibling!(other);
    return found && plain(found);
  };
  return { name, bytes: plain(bytes), sibling: sibling && plainSibling };
}

function needlessMap(where: string, noun: string, [role, name]: readonly [string, string]): UnrolledError {
  return new ImportOptionError(
    'option-conflict',
    ({ map }) =>
      `${where}: this is ${noun}, which tells what its arrays are; ${map(role, name)} is for files that do not. Omit it.`,
  );
}

function recognised(source: ImportFile): string {
  const found = importFormats.find((name) => importers[name].recognises(source));
  if (found !== undefined) return found;
  const other = identifyFile(source.bytes);
  throw new UnrolledError(
    'file-foreign',
    `${source.name}: ${other ? `this is ${other.name}` : 'the format is unknown'}; it must be ` +
      `${importFormats.map((name) => importers[name].noun).join(', ')}. Pass the model file of one of these tools.`,
  );
}

function fileOf(imported: ImportedNetwork, codec: TextCodec, where: string): Uint8Array<ArrayBuffer> {
  const { network, items = null, generationConfig, recipe = null, results = null, corpus = null } = imported;
  const { config, tensors } = weightsOf(network, where);
  const { tokenizer, vocabulary } = codec;
  if (vocabulary.size !== config.vocabSize) {
    throw new UnrolledError(
      'vocabulary',
      `${where}: the vocabulary has ${vocabulary.size} tokens, the embedding ${config.vocabSize} rows; they must be equal. ` +
        'Use the vocabulary that the model was trained with.',
    );
  }
  const text = { tokenizer, vocabulary, items, recipe, corpus, results };
  return encodeModelFile({
    ...text,
    ...(generationConfig !== undefined && { generationConfig }),
    config,
    tensors,
  });
}

function missingVocabulary(
  where: string,
  { network }: ImportedNetwork,
  [unread]: readonly LeftOut[],
): ImportOptionError {
  const [V] = network.embedding.shape;
  const file = unread
    ? `the file has no vocabulary, and ${unread.name} is not used: ${unread.reason}`
    : 'the file has no vocabulary';
  return new ImportOptionError(
    'vocabulary',
    ({ vocabulary }) =>
      `${where}: ${file}; the model needs the ${V} tokens in order of their ids. Pass them with ${vocabulary}.`,
  );
}
