import { UnrolledError } from '../../../errors.ts';
import { ByteReader } from '../../archive/byte-reader.ts';
import type { ImportedNetwork, Importer, Mapping } from '../../importer.ts';
import { type FloatArray, isTransposeOf } from '../../network/float-array.ts';
import type { NetworkLayer } from '../../network/network.ts';
import { NumpyArray, numpyFunctions } from '../numpy.ts';
import { floatsOf } from '../numpy-floats.ts';
import { pythonFunctions } from '../python-functions.ts';
import { isPickle, unpickle } from '../unpickle.ts';

/** PROTO and, from protocol 4 on, FRAME come before the first operation. */
const FIRST = 2;
const FRAME = 0x95;
const EMPTY_LIST = 0x5d;

/**
 * The parameters of the book's `SimpleRnnlm`, `Rnnlm` or `BetterRnnlm`, as its `save_params` pickles them: a list of the embedding,
 * Wx, Wh and b of each recurrent layer, and W and b of the affine layer. Layouts and gate order are ours.
 */
export const bookImporter: Importer = {
  noun: "a pickled list of the book's parameters",
  recognises: ({ bytes }) =>
    isPickle(bytes) && bytes[bytes[FIRST] === FRAME ? FIRST + 9 : FIRST] === EMPTY_LIST,
  read: ({ name, bytes }) => networkOf(arraysOf(bytes, name), name),
};

function arraysOf(bytes: Uint8Array, where: string): readonly FloatArray[] {
  const functions = new Map([...pythonFunctions, ...numpyFunctions]);
  const list = unpickle(new ByteReader(bytes, where), where, { functions });
  // As many arrays as a model of 20 layers; each distinct, so that they fill no more memory than the file allows.
  const arrays = Array.isArray(list) && list.length <= 63 && new Set(list).size === list.length ? list : [];
  const floats = arrays.map((array) => (array instanceof NumpyArray ? floatsOf(array) : null));
  const found = floats.filter((array) => array !== null);
  if (found.length === arrays.length && found.length >= 5 && found.length % 3 !== 1) return found;
  throw wrong(
    where,
    'the pickle is no list of an embedding, Wx, Wh and b of each layer, and an affine layer',
  );
}

function networkOf(arrays: readonly FloatArray[], where: string): ImportedNetwork {
  const count = Math.floor((arrays.length - 2) / 3);
  const layers = Array.from({ length: count }, (_, i) => layerOf(arrays, 1 + 3 * i, where));
  const [embedding, bias] = [arrays[0], arrays[arrays.length - 1]];
  const affine = arrays.length % 3 === 0 ? matrix(arrays, arrays.length - 2, where) : null;
  const isTied = affine === null || isTransposeOf(affine, matrix(arrays, 0, where));
  const gates = layers[0].b.data.length / layers[0].Wh!.shape[0];
  if (gates !== 1 && gates !== 4) {
    throw wrong(where, `the first layer has ${gates} gates; the book's RNN has 1, its LSTM 4`);
  }
  const network = {
    ...({ cell: gates === 1 ? 'rnn' : 'lstm', resetAfter: false, embedding, layers, bias } as const),
    affine: isTied ? null : affine,
  };
  return { network, mapped: mappingsOf(arrays, isTied), leftOut: [], codec: null };
}

function layerOf(arrays: readonly FloatArray[], at: number, where: string): NetworkLayer {
  return { Wx: matrix(arrays, at, where), Wh: matrix(arrays, at + 1, where), b: arrays[at + 2], bh: null };
}

function matrix(arrays: readonly FloatArray[], at: number, where: string): FloatArray {
  if (arrays[at].shape.length === 2) return arrays[at];
  throw wrong(where, `array ${at} has ${arrays[at].shape.length} axes; it must be a matrix`);
}

function mappingsOf(arrays: readonly FloatArray[], isTied: boolean): readonly Mapping[] {
  const parts = ['Wx', 'Wh', 'b'];
  return arrays.map(({ shape }, i) => {
    if (i === 0) return { from: '0', shape, to: ['embedding.W'] };
    if (i === arrays.length - 1) return { from: `${i}`, shape, to: ['affine.b'] };
    const isAffine = arrays.length % 3 === 0 && i === arrays.length - 2;
    if (isAffine) return { from: `${i}`, shape, to: [isTied ? 'embedding.W' : 'affine.W'] };
    return { from: `${i}`, shape, to: [`rnn.${Math.floor((i - 1) / 3)}.${parts[(i - 1) % 3]}`] };
  });
}

function wrong(where: string, got: string): UnrolledError {
  return new UnrolledError(
    'file-foreign',
    `${where}: ${got}. Pass a file of save_params of SimpleRnnlm, Rnnlm or BetterRnnlm.`,
  );
}
