import { cells } from '../../../models/cells.ts';
import { hasZoneout } from '../../../models/config.ts';
import { type FloatArray, transpose, zeros } from '../../network/float-array.ts';
import { reorderGates } from '../../network/gates.ts';
import type { Network, NetworkLayer } from '../../network/network.ts';

/** Whether `nn.RNN`, `nn.LSTM` or `nn.GRU` computes the layers; the others need a module of their own. */
export function isBuiltIn(network: Network): boolean {
  const { pytorch, resetAfter } = cells[network.cell];
  return pytorch !== null && resetAfter === network.resetAfter && !hasZoneout(network);
}

/** The parameters of layer `l` of a built-in module. One bias holds all that folds, the other zeros and a GRU's `bh`. */
export function builtInParameters(
  { cell }: Network,
  { Wx, Wh, b, bh }: NetworkLayer,
  l: number,
): ReadonlyMap<string, FloatArray> {
  const { gates, pytorch } = cells[cell];
  const ordered = (array: FloatArray) => reorderGates(array, gates, pytorch!);
  return new Map([
    [`weight_ih_l${l}`, transpose(ordered(Wx))],
    [`weight_hh_l${l}`, transpose(ordered(Wh!))],
    [`bias_ih_l${l}`, ordered(b)],
    [`bias_hh_l${l}`, ordered(hiddenBias(b, bh))],
  ]);
}

/** The parameters of a module of its own: two linear layers, gates in our order; Q and R as they are. */
export function ownParameters({ Wx, Wh, b, bh, modulation }: NetworkLayer): ReadonlyMap<string, FloatArray> {
  return new Map([
    ['input.weight', transpose(Wx)],
    ['input.bias', b],
    ...(Wh ? [['hidden.weight', transpose(Wh)] as const] : []),
    ...(bh ? [['hidden.bias', hiddenBias(b, bh)] as const] : []),
    ...Object.entries(modulation ?? {}),
  ]);
}

/** Zeros for each gate but the candidate, which is the last one. */
function hiddenBias(b: FloatArray, bh: FloatArray | null): FloatArray {
  const bias = zeros(b.shape, b);
  if (bh) bias.data.set(bh.data, b.data.length - bh.data.length);
  return bias;
}
