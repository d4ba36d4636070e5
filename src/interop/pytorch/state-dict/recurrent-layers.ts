import { UnrolledError } from '../../../errors.ts';
import { shown } from '../../../kinds.ts';
import { type Cell, cells } from '../../../models/cells.ts';
import { type FloatArray, slice, sum, transpose, zeros } from '../../network/float-array.ts';
import { reorderGates } from '../../network/gates.ts';
import type { NetworkLayer } from '../../network/network.ts';
import type { RecurrentModule } from './recurrent-modules.ts';
import { shapeOf } from './roles.ts';
import type { TakenArrays } from './taken-arrays.ts';

/** The layers of the recurrent modules, from bottom to top. Throws for what has no equal here, by the array's name. */
export function recurrentLayers(
  arrays: TakenArrays,
  modules: readonly RecurrentModule[],
  cell: Cell,
): readonly NetworkLayer[] {
  const layers: NetworkLayer[] = [];
  for (const { parameters } of modules) {
    checkSupported(arrays, parameters);
    for (let l = 0; parameters.has(`weight_ih_l${l}`); l++) {
      const at = (name: string) => parameters.get(`${name}_l${l}`);
      layers.push(layerOf(arrays, at, cell, layers.length));
    }
  }
  return layers;
}

function checkSupported({ where }: TakenArrays, parameters: ReadonlyMap<string, string>): void {
  for (const [parameter, name] of parameters) {
    const isProjection = parameter.startsWith('weight_hr');
    if (!isProjection && !parameter.endsWith('_reverse')) continue;
    throw new UnrolledError(
      'file-foreign',
      `${where}: ${shown(name)} belongs to a ${isProjection ? 'projection (proj_size)' : 'bidirectional module'}; there is no ` +
        'equal here. Train a model without it.',
    );
  }
}

type At = (name: 'weight_ih' | 'weight_hh' | 'bias_ih' | 'bias_hh') => string | undefined;

function layerOf(arrays: TakenArrays, at: At, cell: Cell, index: number): NetworkLayer {
  const { gates, pytorch, resetAfter } = cells[cell];
  const H = hiddenSize(arrays, at, pytorch!.length);
  const weights = (name: 'weight_ih' | 'weight_hh', to: string) =>
    reorderGates(transpose(arrays.take(at(name)!, `rnn.${index}.${to}`)), pytorch!, gates);
  const Wx = weights('weight_ih', 'Wx');
  const Wh = weights('weight_hh', 'Wh');
  const biases = (['bias_ih', 'bias_hh'] as const).map((name) =>
    biasOf(
      arrays,
      at(name),
      [`rnn.${index}.b`, ...(resetAfter ? [`rnn.${index}.bh`] : [])],
      pytorch!.length * H,
      Wx,
    ),
  );
  const [ih, hh] = biases.map((bias) => reorderGates(bias, pytorch!, gates));
  if (!resetAfter) return { Wx, Wh, b: sum(ih, hh), bh: null };
  // The candidate is the last gate. The reset gate multiplies its hidden bias, so the two do not fold.
  const candidate = (gates.length - 1) * H;
  const bh = slice(hh, candidate, candidate + H);
  const folded = slice(hh, 0, candidate + H);
  folded.data.fill(0, candidate);
  return { Wx, Wh, b: sum(ih, folded), bh };
}

/** H of a layer. Throws unless its weights have the shapes of G gates. */
function hiddenSize(arrays: TakenArrays, at: At, G: number): number {
  const [input, hidden] = [at('weight_ih')!, at('weight_hh')];
  if (hidden === undefined) throw missing(arrays, input, 'weight_hh');
  const [ih, hh] = [arrays.get(input)!.shape, arrays.get(hidden)!.shape];
  const H = hh[1];
  const isMatrix = ih.length === 2 && hh.length === 2;
  if (isMatrix && H > 0 && hh[0] === G * H && ih[0] === G * H) return H;
  const needs = `${G} gates of H units need (${G}·H, D) and (${G}·H, H)`;
  throw wrongShape(arrays, input, ih, `${needs}, and ${shown(hidden)} has ${shapeOf(hh)}`);
}

/** A bias of (G·H); zeros if the module was made with `bias=False`. */
function biasOf(
  arrays: TakenArrays,
  name: string | undefined,
  to: readonly string[],
  size: number,
  like: FloatArray,
): FloatArray {
  if (name === undefined) return zeros([size], like);
  const bias = arrays.take(name, ...to);
  if (bias.shape.length === 1 && bias.shape[0] === size) return bias;
  throw wrongShape(arrays, name, bias.shape, `it must be ${shapeOf([size])}`);
}

function missing({ where }: TakenArrays, name: string, other: string): UnrolledError {
  return new UnrolledError(
    'weights',
    `${where}: ${shown(name)} has no ${other} beside it; a recurrent module has both. Save the whole state dict.`,
  );
}

function wrongShape(
  { where }: TakenArrays,
  name: string,
  shape: readonly number[],
  needs: string,
): UnrolledError {
  return new UnrolledError(
    'weights',
    `${where}: ${shown(name)} has the shape ${shapeOf(shape)}; ${needs}. Save the whole state dict.`,
  );
}
