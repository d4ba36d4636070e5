import { UnrolledError } from '../../../errors.ts';
import type { Cell } from '../../../models/cells.ts';
import type { LeftOut, Mapping } from '../../importer.ts';
import { isTransposeOf, zeros } from '../../network/float-array.ts';
import type { Network } from '../../network/network.ts';
import { cellOf, floatArrayOf, layerWeights } from './layer-weights.ts';
import type { Constant } from './values/constant.ts';
import type { EmbeddingStage, LayerStage, LogitsStage, RecurrentNode } from './values/stages.ts';

/** A network, and which of its weights each tensor of the file became. */
export interface FoundNetwork {
  readonly network: Network;
  readonly mapped: readonly Mapping[];
  readonly leftOut: readonly LeftOut[];
}

/** The network that computes some logits. Throws UnrolledError if its layers do not have the same cell. */
export function networkOf(logits: LogitsStage, where: string): FoundNetwork {
  const { layers, embedding } = below(logits);
  const cell = commonCell(layers, where);
  const [V, D] = embedding.table.shape;
  const [H, outputs] = logits.weight.shape;
  const isTied = isTransposeOf(logits.weight, embedding.table);
  const table = floatArrayOf(embedding.table, [V, D]);
  const network: Network = {
    cell,
    resetAfter: layers[0].resetAfter,
    embedding: table,
    layers: layers.map((node) => layerWeights(node, cell)),
    affine: isTied ? null : floatArrayOf(logits.weight, [H, outputs]),
    bias: logits.bias ? floatArrayOf(logits.bias, [outputs]) : zeros([outputs], table),
  };
  return { network, mapped: mappingOf(embedding, layers, logits, isTied), leftOut: leftOutOf(logits) };
}

/** The layers, from bottom to top, and the embedding. */
function below(logits: LogitsStage): { layers: RecurrentNode[]; embedding: EmbeddingStage } {
  const layers: RecurrentNode[] = [];
  let stage: LayerStage | EmbeddingStage = logits.below;
  for (; stage.of === 'layer'; stage = stage.below) layers.unshift(stage.node);
  return { layers, embedding: stage };
}

/** The cell of all layers. An LSTM above a CIFG makes both LSTMs. */
function commonCell(layers: readonly RecurrentNode[], where: string): Cell {
  const [first] = layers;
  const other = layers.find(
    ({ operator, relu, resetAfter }) =>
      operator !== first.operator || relu !== first.relu || resetAfter !== first.resetAfter,
  );
  if (other) {
    throw new UnrolledError(
      'file-foreign',
      `${where}: ${first.label} and ${other.label} are different cells; all layers must have the same one. Import a model of one cell.`,
    );
  }
  return layers.map(cellOf).find((cell) => cell === 'lstm') ?? cellOf(first);
}

function mappingOf(
  { table }: EmbeddingStage,
  layers: readonly RecurrentNode[],
  { weight, bias }: LogitsStage,
  isTied: boolean,
): readonly Mapping[] {
  const weights: (readonly [Constant | null, string])[] = [[table, 'embedding.W']];
  for (const [i, { W, R, B, resetAfter }] of layers.entries()) {
    weights.push([W, `rnn.${i}.Wx`], [R, `rnn.${i}.Wh`], [B, `rnn.${i}.b`]);
    if (resetAfter) weights.push([B, `rnn.${i}.bh`]);
  }
  weights.push([weight, isTied ? 'embedding.W' : 'affine.W'], [bias, 'affine.b']);
  const mapped = new Map<string, { from: string; shape: readonly number[]; to: string[] }>();
  for (const [array, to] of weights) {
    for (const from of array?.sources ?? []) {
      const mapping = mapped.get(from) ?? { from, shape: (array as Constant).shape, to: [] };
      if (!mapping.to.includes(to)) mapping.to.push(to);
      mapped.set(from, mapping);
    }
  }
  return [...mapped.values()];
}

function leftOutOf({ leftOut }: LogitsStage): readonly LeftOut[] {
  return leftOut.map((name) => ({ name, reason: 'the model gives logits' }));
}
