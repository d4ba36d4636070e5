import { damaged, shown } from '../../formats/damaged.ts';
import type { FloatArray } from '../network/float-array.ts';
import type { KerasLayer } from './layers/layer.ts';
import type { KerasWeights, StoredArray } from './weights.ts';

/**
 * Weights whose names end with their role, such as `lstm/lstm_cell/kernel:0`. `belongs` tells whether a name is of a layer.
 */
export function namedWeights(
  arrays: ReadonlyMap<string, FloatArray>,
  belongs: (layer: KerasLayer, name: string) => boolean,
  where: string,
): KerasWeights {
  return {
    of: (layer) => {
      const found = new Map<string, StoredArray>();
      for (const [name, array] of arrays) {
        if (!belongs(layer, name)) continue;
        const role = roleOf(name);
        const earlier = found.get(role)?.name;
        if (earlier !== undefined) {
          throw damaged(
            where,
            `the layer ${shown(layer.name)} has the weights ${shown(earlier)} and ${shown(name)}`,
            `it must have one ${role}`,
          );
        }
        found.set(role, { name, array });
      }
      return found;
    },
  };
}

function roleOf(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1).replace(/:\d+$/, '');
}
