import { type ErrorCode, UnrolledError } from '../errors.ts';
import type { NamedArray } from '../formats/named-array.ts';
import { readSafetensors, writeSafetensors } from '../formats/safetensors.ts';
import { checkVersion } from '../formats/version.ts';
import type { NumberType } from '../tensor/tensor.ts';
import { cells } from './cells.ts';
import { type RecurrentConfig, widthOf } from './config.ts';
import { fingerprint } from './fingerprint.ts';
import type { RecurrentLM } from './recurrent-lm.ts';

const FORMAT = 'unrolled-state';
const VERSION = '1';

/** Numbers as the model's backend computes in them. */
export type StateNumbers = Float32Array<ArrayBufferLike> | Float64Array<ArrayBufferLike>;

/** Of one layer: h and, of an LSTM, c, each (H). */
export interface LayerState {
  readonly h: StateNumbers;
  readonly c?: StateNumbers;
}

/**
 * What a model remembers of one stream, as plain numbers of its own: it shares no memory with the
 * model, nor with another state. `RecurrentLM.step` moves it on; `fork` first what is to be kept.
 *
 * Memory: layers·H numbers, twice as many of an LSTM.
 */
export class LMState {
  readonly config: RecurrentConfig;
  /** Of the model that it was made for. */
  readonly fingerprint: string;
  /** Bottom layer first. */
  readonly layers: readonly LayerState[];

  private constructor(config: RecurrentConfig, print: string, layers: readonly LayerState[]) {
    this.config = config;
    this.fingerprint = print;
    this.layers = layers;
  }

  /** The state at the start of a text: all 0. */
  static start(model: RecurrentLM): LMState {
    const { config, backend } = model;
    const zeros = (i: number) => numbersOf(backend.arena.floatType, widthOf(config, i));
    const layers = Array.from({ length: config.layers }, (_, i) => ({
      h: zeros(i),
      ...(cells[config.cell].states.includes('c') && { c: zeros(i) }),
    }));
    return new LMState(config, fingerprint(model), layers);
  }

  /**
   * Reads what `toBytes` wrote, whatever the precision of the backend then.
   *
   * @param where the bytes' name, for error messages
   * @throws when the bytes are damaged, of another version, or of another model than this one
   */
  static fromBytes(bytes: Uint8Array, model: RecurrentLM, where = 'state'): LMState {
    const { tensors, metadata } = readSafetensors(bytes, where);
    const state = LMState.start(model);
    checkOrigin(metadata, state.fingerprint, where);
    const names = [...state.#arrays()];
    if (tensors.size !== names.length) {
      throw damaged(where, `it holds ${tensors.size} arrays`, `the model has ${names.length}`);
    }
    for (const [name, numbers] of names)
      numbers.set(checkArray(tensors.get(name), name, numbers.length, where));
    return state;
  }

  /** Of its numbers. */
  get byteLength(): number {
    let bytes = 0;
    for (const [, numbers] of this.#arrays()) bytes += numbers.byteLength;
    return bytes;
  }

  /** A copy that goes its own way. */
  fork(): LMState {
    const layers = this.layers.map(({ h, c }) => ({ h: h.slice(), ...(c && { c: c.slice() }) }));
    return new LMState(this.config, this.fingerprint, layers);
  }

  /** A safetensors file of the arrays `LAYER.h` and `LAYER.c`, with format, version and fingerprint. */
  toBytes(): Uint8Array<ArrayBuffer> {
    const arrays = new Map<string, NamedArray>();
    for (const [name, data] of this.#arrays()) {
      const shape = [data.length];
      if (data instanceof Float32Array) arrays.set(name, { dtype: 'F32', shape, data });
      else arrays.set(name, { dtype: 'F64', shape, data });
    }
    return writeSafetensors(arrays, { format: FORMAT, version: VERSION, model: this.fingerprint });
  }

  *#arrays(): Generator<[name: string, numbers: StateNumbers]> {
    for (const [i, { h, c }] of this.layers.entries()) {
      yield [`${i}.h`, h];
      if (c) yield [`${i}.c`, c];
    }
  }
}

function numbersOf(type: NumberType, length: number): StateNumbers {
  return type === 'float64' ? new Float64Array(length) : new Float32Array(length);
}

function checkOrigin(metadata: ReadonlyMap<string, string>, model: string, where: string): void {
  const [format, version, origin] = ['format', 'version', 'model'].map((name) => metadata.get(name));
  if (format !== FORMAT) {
    throw damaged(
      where,
      'the bytes hold arrays but no state',
      'they must be what toBytes() wrote',
      'file-foreign',
    );
  }
  checkVersion(version, VERSION, where);
  if (origin !== model) {
    throw new UnrolledError(
      'state-foreign',
      `${where}: the state is of the model ${origin}, this one is ${model}; a state fits the weights that made ` +
        'it. Open that model, or start anew.',
    );
  }
}

function checkArray(
  array: NamedArray | undefined,
  name: string,
  length: number,
  where: string,
): ArrayLike<number> {
  const fits =
    (array?.dtype === 'F32' || array?.dtype === 'F64') &&
    array.shape.length === 1 &&
    array.shape[0] === length;
  if (!fits) throw damaged(where, `there is no array ${name} of ${length} floats`, 'the model has one');
  if (!array.data.every((number) => Number.isFinite(Math.fround(number)))) {
    throw damaged(where, `${name} holds NaN or infinite numbers`, 'a state is finite');
  }
  return array.data;
}

function damaged(where: string, got: string, needs: string, code: ErrorCode = 'file-damaged'): UnrolledError {
  return new UnrolledError(
    code,
    `${where}: ${got}; ${needs}. Take another copy of the state, or start anew.`,
  );
}
