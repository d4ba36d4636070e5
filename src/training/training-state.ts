import type { StreamState } from '../data/stream-batches.ts';
import { UnrolledError } from '../errors.ts';
import type { NamedArray } from '../formats/named-array.ts';
import { withoutPrefix, withPrefix } from '../formats/prefix.ts';
import type { Json } from '../models/model-file.ts';
import type { ModelState } from '../models/model-state.ts';
import type { MaskState } from '../tensor/mask-source.ts';
import type { SavedNumbers, SavedState } from './saved-state.ts';

/** What the steps of an epoch add up to. */
export type MeterState = {
  /** Steps of time that the streams have advanced. */
  readonly time: number;
  readonly losses: number;
  readonly blocks: number;
  readonly tokens: number;
  readonly seconds: number;
};

/**
 * Where a run stands between two steps: with the weights, all that it needs to go on to the same bits
 * as if it had never stopped.
 */
export interface TrainingState {
  /** Under way, counted from 1. */
  readonly epoch: number;
  /** Steps taken in all epochs. */
  readonly step: number;
  /** The lowest validation perplexity so far. */
  readonly best: number | null;
  /** Its epoch; 0 before the first. */
  readonly bestEpoch: number;
  /** What divergence has left of the learning rates: 1, or a half, a quarter … of them. */
  readonly rateFactor: number;
  /** How many rollbacks in a row went back to this moment. */
  readonly rollbacks: number;
  /** Of the epoch under way. */
  readonly meter: MeterState;
  readonly batches: StreamState;
  /** The state that the next block starts from. */
  readonly carried: ModelState | null;
  /** Of dropout. */
  readonly masks: MaskState;
  readonly optimizer: SavedState;
  readonly average: SavedState | null;
  readonly schedule: SavedNumbers | null;
}

/** A state as a file can hold it: JSON, and arrays. */
export interface PackedState {
  readonly json: Json;
  readonly arrays: ReadonlyMap<string, NamedArray>;
}

export function packState(state: TrainingState): PackedState {
  const { carried, optimizer, average, ...plain } = state;
  const arrays = new Map([
    ...withPrefix('carried.', carriedArrays(carried)),
    ...withPrefix('optimizer.', optimizer.tensors),
    ...withPrefix('average.', average?.tensors ?? []),
  ]);
  const json = {
    ...plain,
    streams: carried?.N ?? null,
    optimizer: optimizer.numbers,
    average: average?.numbers ?? null,
  };
  return { json: json as unknown as Json, arrays };
}

/**
 * The state that was packed. What only a part of the run can judge, that part checks when it goes on
 * from there.
 * @throws when the JSON is not that of a state
 */
export function unpackState({ json, arrays }: PackedState, where: string): TrainingState {
  const state = object(json, where);
  const saved = (name: string): SavedState => {
    return {
      tensors: withoutPrefix(`${name}.`, arrays),
      numbers: object(state[name], where) as SavedNumbers,
    };
  };
  const carried = withoutPrefix('carried.', arrays);
  const meter = object(state.meter, where);
  const counts = { epoch: state.epoch, step: state.step, ...meter };
  for (const name of ['epoch', 'step', 'time', 'losses', 'blocks', 'tokens', 'seconds'] as const) {
    const number = (counts as Record<string, unknown>)[name];
    if (typeof number !== 'number' || !(number >= 0)) throw damaged(where, name);
  }
  return {
    epoch: state.epoch as number,
    step: state.step as number,
    best: typeof state.best === 'number' ? state.best : null,
    bestEpoch: typeof state.bestEpoch === 'number' ? state.bestEpoch : 0,
    // Older checkpoints don't say.
    rateFactor: typeof state.rateFactor === 'number' ? state.rateFactor : 1,
    rollbacks: typeof state.rollbacks === 'number' ? state.rollbacks : 0,
    meter: meter as MeterState,
    batches: object(state.batches, where) as unknown as StreamState,
    carried: state.streams === null ? null : carriedState(state.streams, carried, where),
    masks: object(state.masks, where) as unknown as MaskState,
    optimizer: saved('optimizer'),
    average: state.average === null ? null : saved('average'),
    schedule: state.schedule === null ? null : (object(state.schedule, where) as SavedNumbers),
  };
}

/** `0.h`, `1.h`, … */
function* carriedArrays(carried: ModelState | null): Generator<readonly [string, NamedArray]> {
  for (const [i, layer] of (carried?.layers ?? []).entries()) {
    for (const [name, data] of Object.entries<Float64Array>({ ...layer })) {
      yield [`${i}.${name}`, { dtype: 'F64', shape: [data.length], data }];
    }
  }
}

function carriedState(N: unknown, arrays: ReadonlyMap<string, NamedArray>, where: string): ModelState {
  if (typeof N !== 'number') throw damaged(where, 'streams');
  const layers: Record<string, Float64Array>[] = [];
  for (const [name, { data }] of arrays) {
    const [index, part] = name.split('.');
    const i = Number(index);
    if (!Number.isInteger(i) || i < 0 || i >= arrays.size) throw damaged(where, 'carried state');
    layers[i] = { ...layers[i], [part]: Float64Array.from(data) };
  }
  if ([...layers].some((layer) => !layer?.h)) throw damaged(where, 'carried state');
  return { N, layers: layers as unknown as ModelState['layers'] };
}

function object(value: unknown, where: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw damaged(where, 'training state');
}

function damaged(where: string, name: string): UnrolledError {
  return new UnrolledError(`${where}: the ${name} in the checkpoint is missing or damaged; use another one.`);
}
