import { damaged, shown } from '../../../formats/damaged.ts';
import { type KerasLayer, refusedLayer } from './layer.ts';

/** A layer of a functional model, with its calls. */
interface CalledLayer {
  readonly layer: KerasLayer;
  /** `inbound_nodes`: the inputs of each call, as Keras 2 or 3 writes them. */
  readonly nodes: unknown;
}

/** The operations that compute the mask of an embedding with `mask_zero`. */
const MASK_TYPES: readonly string[] = ['NotEqual', 'Any'];

/** The layers of a functional model from input to output. Throws UnrolledError unless each has one input and one use. */
export function chainOf(
  called: readonly CalledLayer[],
  outputs: unknown,
  where: string,
): readonly KerasLayer[] {
  const byName = new Map(called.map((entry) => [entry.layer.name, entry]));
  if (byName.size < called.length)
    throw damaged(where, 'two layers have the same name', 'names must be unique');
  const chain: KerasLayer[] = [];
  let next: string | undefined = outputOf(outputs, where);
  while (next !== undefined) {
    const entry = byName.get(next);
    if (!entry)
      throw damaged(where, `the output of ${shown(next)} is used`, 'it must be a layer used only once');
    byName.delete(next);
    chain.unshift(entry.layer);
    next = inputOf(entry, where);
  }
  for (const { layer } of byName.values()) {
    if (!MASK_TYPES.includes(layer.type)) {
      throw refusedLayer(
        where,
        layer,
        'is not on the path from the input to the output',
        'the model must be one chain of layers',
      );
    }
  }
  return chain;
}

function outputOf(outputs: unknown, where: string): string {
  const names = tensorsOf(outputs);
  if (names.length === 1) return names[0];
  throw damaged(where, `the model has the outputs ${shown(outputs)}`, 'it must have one');
}

/** The layer whose output a layer takes; undefined for an input. */
function inputOf({ layer, nodes }: CalledLayer, where: string): string | undefined {
  if (layer.type === 'InputLayer') return undefined;
  const names = tensorsOf(nodes);
  if (names.length === 1) return names[0];
  throw refusedLayer(where, layer, `has ${names.length} inputs`, 'it must have one');
}

/**
 * The names of the layers whose first output is used: `[name, node, output]` in Keras 2, the `keras_history` of a tensor in
 * Keras 3. Masks do not count.
 */
function tensorsOf(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) {
    const [name, node, output] = value;
    if (typeof name === 'string' && typeof node === 'number')
      return [output === 0 ? name : `${name}:${output}`];
    return value.flatMap(tensorsOf);
  }
  return Object.entries(value).flatMap(([key, inner]) => (key === 'mask' ? [] : tensorsOf(inner)));
}
