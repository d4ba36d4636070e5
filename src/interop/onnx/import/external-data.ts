import { UnrolledError } from '../../../errors.ts';
import { damaged } from '../../../formats/damaged.ts';
import { checkSiblingName } from '../../archive/plain-path.ts';
import type { ImportFile } from '../../importer.ts';
import type { TensorProto } from '../messages.ts';

/** Reads the data of tensors from the files beside a model, each file once. */
export class ExternalData {
  readonly #model: ImportFile;
  readonly #files = new Map<string, Uint8Array>();

  constructor(model: ImportFile) {
    this.#model = model;
  }

  /** Bytes of the files so far. */
  get size(): number {
    return [...this.#files.values()].reduce((sum, { length }) => sum + length, 0);
  }

  /**
   * The bytes of a tensor; undefined if they are in the model itself.
   * @throws {UnrolledError} code `file-foreign` for a name that leaves the folder, `file-missing` for a missing file, `file-damaged`
   * for a range beyond it
   */
  async bytesOf({
    name = '',
    dataLocation,
    externalData = [],
  }: TensorProto): Promise<Uint8Array | undefined> {
    if (dataLocation !== 1) return undefined;
    const entries = new Map(externalData.map(({ key = '', value = '' }) => [key, value]));
    const location = checkSiblingName(entries.get('location') ?? '', this.#model.name);
    const file = this.#files.get(location) ?? (await this.#read(location));
    this.#files.set(location, file);
    const offset = sizeOf(entries.get('offset'), 0);
    const length = sizeOf(entries.get('length'), file.length - offset);
    if (offset + length <= file.length) return file.subarray(offset, offset + length);
    throw damaged(
      this.#model.name,
      `the tensor ${JSON.stringify(name.slice(0, 80))} is ${length} bytes at ${offset} of ${JSON.stringify(location)}`,
      `that file has ${file.length} bytes`,
    );
  }

  async #read(location: string): Promise<Uint8Array> {
    const file = await this.#model.sibling?.(location);
    if (file) return file;
    throw new UnrolledError(
      'file-missing',
      `${this.#model.name}: its weights are in ${JSON.stringify(location)}, which is not there; it must be beside the model. ` +
        'Copy it there, or pass it too.',
    );
  }
}

/** A size in decimal; Infinity for anything else. */
function sizeOf(text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  return /^\d{1,15}$/.test(text) ? Number(text) : Number.POSITIVE_INFINITY;
}
