import type { LeftOut } from '../../importer.ts';
import { flagOf, type KerasLayer, nameOf, refusedLayer } from './layer.ts';
import { innerLayer } from './model-config.ts';

/** The layers of a language model by what they do. */
export interface Roles {
  readonly embedding: KerasLayer;
  /** From bottom to top. */
  readonly recurrent: readonly KerasLayer[];
  /** The Dense layer; `wrapper` is the TimeDistributed around it. */
  readonly dense: KerasLayer;
  readonly wrapper: KerasLayer | null;
  readonly leftOut: readonly LeftOut[];
}

type Role = 'embedding' | 'recurrent' | 'dense' | 'softmax';

const ORDER: readonly Role[] = ['embedding', 'recurrent', 'dense', 'softmax'];

const ROLES: Readonly<Record<string, Role>> = {
  Embedding: 'embedding',
  SimpleRNN: 'recurrent',
  LSTM: 'recurrent',
  GRU: 'recurrent',
  Dense: 'dense',
  TimeDistributed: 'dense',
  Softmax: 'softmax',
  Activation: 'softmax',
};

/** Layers that compute nothing when a trained model is used. */
const IDLE: Readonly<Record<string, string | null>> = {
  InputLayer: null,
  Dropout: 'it acts only in training',
  SpatialDropout1D: 'it acts only in training',
  GaussianDropout: 'it acts only in training',
  GaussianNoise: 'it acts only in training',
  ActivityRegularization: 'it acts only in training',
};

const NEEDS = 'it must be Embedding, then SimpleRNN, LSTM or GRU, then Dense, with dropout in between';

/** Sorts the layers by role. Throws UnrolledError with the name of a layer that has none, or comes out of order. */
export function rolesOf(layers: readonly KerasLayer[], where: string): Roles {
  const found: Record<Role, KerasLayer[]> = { embedding: [], recurrent: [], dense: [], softmax: [] };
  const leftOut: LeftOut[] = [];
  let stage = 0;
  for (const layer of layers) {
    const reason = Object.hasOwn(IDLE, layer.type) ? IDLE[layer.type] : undefined;
    if (reason) leftOut.push({ name: layer.name, reason });
    if (reason !== undefined) continue;
    const role = roleOf(layer, where);
    const isRepeated = role !== 'recurrent' && found[role].length > 0;
    if (ORDER.indexOf(role) < stage || isRepeated) throw refusedLayer(where, layer, 'comes here', NEEDS);
    stage = ORDER.indexOf(role);
    found[role].push(layer);
  }
  const last = layers[layers.length - 1];
  const missing = ORDER.slice(0, 3).find((role) => found[role].length === 0);
  if (missing !== undefined)
    throw refusedLayer(where, last ?? NONE, `ends a model without ${NOUNS[missing]}`, NEEDS);
  return { ...outputOf(found.dense[0], where), ...checked(found, leftOut, where) };
}

const NONE: KerasLayer = { name: '', type: 'none', settings: {} };

const NOUNS: Readonly<Record<string, string>> = {
  embedding: 'an Embedding layer',
  recurrent: 'a recurrent layer',
  dense: 'a Dense layer',
};

function roleOf(layer: KerasLayer, where: string): Role {
  if (Object.hasOwn(ROLES, layer.type)) return ROLES[layer.type];
  throw refusedLayer(where, layer, 'has no equal here', NEEDS);
}

function outputOf(layer: KerasLayer, where: string): Pick<Roles, 'dense' | 'wrapper'> {
  if (layer.type === 'Dense') return { dense: layer, wrapper: null };
  const dense = innerLayer(layer, where);
  if (dense.type !== 'Dense') {
    throw refusedLayer(where, layer, `applies a layer of the class ${dense.type}`, 'it must be Dense');
  }
  return { dense, wrapper: layer };
}

/** Checks the activations of the output, and says what differs in use. */
function checked(
  { embedding: [embedding], recurrent, softmax: [softmax] }: Readonly<Record<Role, KerasLayer[]>>,
  leftOut: readonly LeftOut[],
  where: string,
): Omit<Roles, 'dense' | 'wrapper'> {
  if (softmax?.type === 'Activation') {
    nameOf(softmax, 'activation', ['softmax', 'log_softmax', 'linear'], where);
  }
  const masked = flagOf(embedding, 'mask_zero', where)
    ? [
        {
          name: `${embedding.name}: mask_zero`,
          reason: 'Keras skips steps of id 0; here id 0 is a token like every other',
        },
      ]
    : [];
  return { embedding, recurrent, leftOut: [...leftOut, ...masked, ...lastStep(recurrent, where)] };
}

function lastStep(recurrent: readonly KerasLayer[], where: string): readonly LeftOut[] {
  const top = recurrent[recurrent.length - 1];
  for (const layer of recurrent) {
    if (layer !== top && !flagOf(layer, 'return_sequences', where)) {
      throw refusedLayer(where, layer, 'has return_sequences false', 'only the top recurrent layer may');
    }
  }
  if (flagOf(top, 'return_sequences', where)) return [];
  const reason =
    'in Keras the model predicts only after the last step; here it predicts after each, with the same weights';
  return [{ name: `${top.name}: return_sequences`, reason }];
}
