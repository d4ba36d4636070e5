import type { ItemSplit } from '../data/items/item-split.ts';
import type { TextCodec } from '../data/text-codec.ts';
import { type ErrorCode, UnrolledError } from '../errors.ts';
import type { Json } from '../models/model-file.ts';
import type { Hdf5Reader } from './keras/hdf5/contents.ts';
import type { Network } from './network/network.ts';

/** A file to import. */
export interface ImportFile {
  /** Its name without folders, for messages. */
  readonly name: string;
  /** Its contents. */
  readonly bytes: Uint8Array;
  /**
   * Reads another file of the same folder by its name, such as the shard of a large model; null if there is none. Importers
   * pass only plain relative names, checked by `checkSiblingName`.
   */
  readonly sibling?: ((name: string) => Promise<Uint8Array | null>) | undefined;
}

/** An array of the other tool, and where it went. */
export interface Mapping {
  /** Its name in the imported file. */
  readonly from: string;
  /** Its sizes there. */
  readonly shape: readonly number[];
  /** The names of the weights that it became, such as `rnn.0.Wx`. */
  readonly to: readonly string[];
}

/** Something in the imported file that the model does not have. */
export interface LeftOut {
  /** Its name in the imported file. */
  readonly name: string;
  /** Why it was left out, without a full stop. */
  readonly reason: string;
}

/** What an importer made of a file. */
export interface ImportedNetwork {
  /** The weights. */
  readonly network: Network;
  readonly mapped: readonly Mapping[];
  readonly leftOut: readonly LeftOut[];
  /** The tokenizer and vocabulary of the file; null if it has none, so that the caller must give one. */
  readonly codec: TextCodec | null;
  /** How texts are split into items; default null, continuous text. */
  readonly items?: ItemSplit | null | undefined;
  /** Default sampling settings. */
  readonly generationConfig?: Json | undefined;
  /** Settings, results and text sizes of training, if the file has those of an Unrolled model. */
  readonly recipe?: Json | undefined;
  readonly results?: Json | undefined;
  readonly corpus?: Json | undefined;
}

/** Settings of an import that an importer may use. */
export interface ImportSettings {
  /** The name of an array for each role, such as `embedding` → `tok.weight`, where the file's own names are not known. */
  readonly map: Readonly<Record<string, string>>;
  /** Reads HDF5 files, which a Keras file has; undefined without one. */
  readonly hdf5?: Hdf5Reader | undefined;
}

/** How to read the files of another tool. */
export interface Importer {
  /** What the file is, for messages: `an ONNX model`. */
  readonly noun: string;
  /** Whether it uses `ImportSettings.map`. Default false: the file tells what each array is. */
  readonly takesMap?: boolean;
  /** Whether a file looks like one of this tool, by its first bytes or its name. */
  recognises(file: ImportFile): boolean;
  /** Reads and checks the file. It runs no code from the file and allocates no more than a few times the file's size. */
  read(file: ImportFile, settings: ImportSettings): ImportedNetwork | Promise<ImportedNetwork>;
}

/** How a front end names the options of an import. */
export interface OptionNames {
  /** The option that gives a role to an array. */
  map(role: string, name: string): string;
  /** The option or options that give a vocabulary. */
  readonly vocabulary: string;
}

const libraryNames: OptionNames = {
  map: (role, name) => `map: { ${JSON.stringify(role)}: ${JSON.stringify(name)} }`,
  vocabulary: 'codec',
};

/** An error that an option of `importModel` resolves. Its message names the option; `spelled` names the flag of another front end. */
export class ImportOptionError extends UnrolledError {
  readonly #words: (names: OptionNames) => string;

  /** @param words makes the message */
  constructor(code: ErrorCode, words: (names: OptionNames) => string) {
    super(code, words(libraryNames));
    this.#words = words;
  }

  /** The same error with the option names of another front end. */
  spelled(names: OptionNames): UnrolledError {
    return new UnrolledError(this.code, this.#words(names), { cause: this });
  }
}
