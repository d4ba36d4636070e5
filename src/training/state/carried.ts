import type { Group } from '../../distributed/group.ts';
import type { StateValues } from '../../models/state/state-values.ts';
import type { StreamPart } from '../../tensor/stream-part.ts';

type Layers = StateValues['layers'];

/** The carried state of the streams of all processes, in order; null for the zero state. All have it or none. */
export async function gatherCarried(group: Group, own: StateValues | null): Promise<StateValues | null> {
  if (own === null || group.size === 1) return own;
  const flat = Float64Array.from(own.layers.flatMap(({ h, c = [] }) => [...h, ...c]));
  const width = flat.length / own.N;
  const all = await group.gather(new Uint8Array(flat.buffer));
  const numbers = all.map((bytes) => new Float64Array(bytes.buffer));
  const parts = numbers.map((part) => layersOf(part, part.length / width, own));
  const joined = (name: 'h' | 'c', i: number) =>
    Float64Array.from(parts.flatMap((layers) => [...(layers[i][name] ?? [])]));
  return {
    N: numbers.reduce((sum, { length }) => sum + length, 0) / width,
    layers: own.layers.map(({ c }, i) => ({ h: joined('h', i), ...(c && { c: joined('c', i) }) })),
  };
}

/** h and c of each layer of N streams, as wide as those of `like`. */
function layersOf(numbers: Float64Array, N: number, like: StateValues): Layers {
  let at = 0;
  const next = ({ length }: Float64Array) => {
    const size = (length / like.N) * N;
    at += size;
    return numbers.subarray(at - size, at);
  };
  return like.layers.map(({ h, c }) => ({ h: next(h), ...(c && { c: next(c) }) }));
}

/** The state of some streams. */
export function carriedPart({ N, layers }: StateValues, { first, count }: StreamPart): StateValues {
  const rows = (numbers: Float64Array) => {
    const width = numbers.length / N;
    return numbers.slice(first * width, (first + count) * width);
  };
  return { N: count, layers: layers.map(({ h, c }) => ({ h: rows(h), ...(c && { c: rows(c) }) })) };
}
