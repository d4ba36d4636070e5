import { UnrolledError } from '../../errors.ts';
import { type Cell, cells } from '../../models/cells.ts';
import { checkConfig, type RecurrentConfig, widthOf } from '../../models/config.ts';
import type { ModelFile } from '../../models/model-file.ts';
import { checkWeights } from '../../models/weights.ts';
import { type FloatArray, toFloat32 } from './float-array.ts';

/** One recurrent layer, with the gate blocks in the order of its `CellRecord`. */
export interface NetworkLayer {
  /** (D, G·H) */
  readonly Wx: FloatArray;
  /** (H, G·H); null for a cell without recurrent weights. */
  readonly Wh: FloatArray | null;
  /** (G·H) */
  readonly b: FloatArray;
  /** (H), of a GRU whose reset gate comes after the product; null otherwise. */
  readonly bh: FloatArray | null;
  /** The matrices Q and R of a Mogrifier LSTM. Default: null. */
  readonly modulation?: NetworkModulation | null;
}

/** The matrices of a Mogrifier LSTM, with a block of columns for each round: (H, X·K), (K, X·D), (D, Y·K), (K, Y·H). */
export type NetworkModulation = Readonly<Record<(typeof modulationNames)[number], FloatArray>>;

const modulationNames = ['Qdown', 'Qup', 'Rdown', 'Rup'] as const;

/**
 * A language model as every tool stores one, between its file and ours: embedding, recurrent layers of one cell, output
 * layer. Importers make one, exporters read one.
 */
export interface Network {
  readonly cell: Cell;
  /** GRU only: the reset gate comes after the product with Whh. */
  readonly resetAfter: boolean;
  /** (V, D) */
  readonly embedding: FloatArray;
  /** From bottom to top. */
  readonly layers: readonly NetworkLayer[];
  /** (H, V); null if the output layer uses the embedding table. */
  readonly affine: FloatArray | null;
  /** (V) */
  readonly bias: FloatArray;
  /** Zoneout probabilities of h and c. Default 0. */
  readonly zoneout?: number;
  readonly zoneoutCell?: number;
  /** Rounds and rank of a Mogrifier LSTM, if they are not the defaults of a config. */
  readonly mogrifierRounds?: number;
  readonly mogrifierRank?: number;
}

/** The network of a model file. Its arrays are those of the file, not copies. */
export function networkOf({ config, tensors }: Pick<ModelFile, 'config' | 'tensors'>): Network {
  const at = (name: string) => tensors.get(name) as FloatArray;
  const { cell, layers, resetAfter = false, tied = false, zoneout, zoneoutCell } = config;
  const { mogrifierRounds, mogrifierRank } = config;
  const modulation = (layer: string) =>
    Object.fromEntries(modulationNames.map((name) => [name, at(`${layer}.${name}`)])) as NetworkModulation;
  return {
    cell,
    resetAfter,
    embedding: at('embedding.W'),
    layers: Array.from({ length: layers }, (_, i) => ({
      Wx: at(`rnn.${i}.Wx`),
      Wh: cells[cell].recurrentWeight ? at(`rnn.${i}.Wh`) : null,
      b: at(`rnn.${i}.b`),
      bh: resetAfter ? at(`rnn.${i}.bh`) : null,
      modulation: cells[cell].modulated ? modulation(`rnn.${i}`) : null,
    })),
    affine: tied ? null : at('affine.W'),
    bias: at('affine.b'),
    ...(zoneout !== undefined && { zoneout }),
    ...(zoneoutCell !== undefined && { zoneoutCell }),
    ...(mogrifierRounds !== undefined && { mogrifierRounds }),
    ...(mogrifierRank !== undefined && { mogrifierRank }),
  };
}

/**
 * The network of a model file in float32, for formats that other tools read as float32.
 * @throws {UnrolledError} code `not-finite` for a number beyond float32
 */
export function networkInFloat32(
  { config, tensors }: Pick<ModelFile, 'config' | 'tensors'>,
  where: string,
): Network {
  const weights = [...tensors].map(
    ([name, array]) => [name, toFloat32(array as FloatArray, `${where}: ${name}`)] as const,
  );
  return networkOf({ config, tensors: new Map(weights) });
}

/**
 * The config and the weights by name, as a model file has them.
 * @param where the beginning of error messages, such as the file's name
 * @throws {UnrolledError} code `weights` or `config` for sizes that do not fit together, `not-finite` for NaN or infinity
 */
export function weightsOf(
  network: Network,
  where: string,
): { readonly config: RecurrentConfig; readonly tensors: ReadonlyMap<string, FloatArray> } {
  const config = configOf(network, where);
  const tensors = new Map<string, FloatArray>([['embedding.W', network.embedding]]);
  for (const [i, { Wx, Wh, b, bh, modulation }] of network.layers.entries()) {
    const arrays = { Wx, Wh, b, bh, ...modulation };
    for (const [name, array] of Object.entries(arrays)) if (array) tensors.set(`rnn.${i}.${name}`, array);
  }
  if (network.affine) tensors.set('affine.W', network.affine);
  tensors.set('affine.b', network.bias);
  checkWeights(config, tensors, where);
  return { config, tensors };
}

function configOf(network: Network, where: string): RecurrentConfig {
  const { cell, resetAfter, embedding, layers, affine, zoneout, zoneoutCell } = network;
  const { mogrifierRounds, mogrifierRank } = network;
  if (layers.length === 0) {
    throw new UnrolledError(
      'weights',
      `${where}: the network has no recurrent layer; it needs at least one.`,
    );
  }
  const [vocabSize, embeddingSize] = embedding.shape;
  const config = {
    cell,
    vocabSize,
    embeddingSize,
    hiddenSize: widthOfLayer(network, 0),
    layers: layers.length,
    ...(resetAfter && { resetAfter }),
    ...(affine === null && { tied: true }),
    ...(zoneout !== undefined && { zoneout }),
    ...(zoneoutCell !== undefined && { zoneoutCell }),
    ...(mogrifierRounds !== undefined && { mogrifierRounds }),
    ...(mogrifierRank !== undefined && { mogrifierRank }),
  };
  checkWidths(network, config, where);
  return checkConfig(config, where);
}

/** The rounds of a Mogrifier LSTM, X for x and Y for h, and the rank K of their matrices; null for other cells. */
export function modulationSizes({
  Wx,
  modulation,
}: NetworkLayer): { X: number; Y: number; K: number } | null {
  if (!modulation) return null;
  const [K, columns] = modulation.Qup.shape;
  return { X: columns / Wx.shape[0], Y: modulation.Rdown.shape[1] / K, K };
}

/** H of layer i. */
export function widthOfLayer({ cell, layers }: Network, i: number): number {
  return layers[i].b.data.length / cells[cell].gates.length;
}

/** Throws unless all layers have the width that the config gives them, before `checkWeights` speaks of shapes of ours. */
function checkWidths(network: Network, config: RecurrentConfig, where: string): void {
  for (const i of network.layers.keys()) {
    const [got, needed] = [widthOfLayer(network, i), widthOf(config, i)];
    if (got === needed) continue;
    throw new UnrolledError(
      'weights',
      `${where}: recurrent layer ${i} has ${got} units; it must have ${needed}. All layers have the same width here, but ` +
        'for the top one of a tied model, which has that of the embedding.',
    );
  }
}
