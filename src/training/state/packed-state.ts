import type { StreamState } from '../../data/batches/batches.ts';
import { UnrolledError } from '../../errors.ts';
import type { NamedArray } from '../../formats/named-array.ts';
import { withoutPrefix, withPrefix } from '../../formats/prefix.ts';
import type { Json } from '../../models/model-file.ts';
import type { StateValues } from '../../models/state/state-values.ts';
import type { MaskState } from '../../tensor/mask-source.ts';
import type { SavedNumbers, SavedState } from './saved-state.ts';
import type { Anchor, MeterState, RunParts, TrainingState } from './training-state.ts';

/** A training state in the form that a file holds: JSON and arrays. */
export interface PackedState {
  /** The numbers and structure. */
  readonly json: Json;
  /** The tensors, by name. */
  readonly arrays: ReadonlyMap<string, NamedArray>;
}

type Snapshot = Omit<TrainingState, 'anchor'>;

/** Converts a training state to JSON and arrays, for a file. */
export function packState({ anchor, ...snapshot }: TrainingState): PackedState {
  const packed = packSnapshot(snapshot);
  if (!anchor) return packed;
  const { json, arrays } = packSnapshot(anchor.state);
  return {
    json: { ...Object(packed.json), anchor: json },
    arrays: new Map([
      ...packed.arrays,
      ...withPrefix('anchor.state.', arrays),
      ...withPrefix('anchor.weights.', anchor.weights),
    ]),
  };
}

/**
 * Converts JSON and arrays that `packState` returned back to a training state. The optimizer, average, schedule and batches
 * check their own states when they are restored.
 * @param where the file's name, for errors
 * @throws {UnrolledError} `file-damaged` when the JSON is not that of a training state
 */
export function unpackState({ json, arrays }: PackedState, where: string): TrainingState {
  return {
    ...unpackSnapshot({ json, arrays }, where),
    anchor: unpackAnchor(object(json, where).anchor, arrays, where),
  };
}

function unpackAnchor(json: unknown, arrays: PackedState['arrays'], where: string): Anchor | null {
  if (json == null) return null;
  const packed = { json: json as Json, arrays: withoutPrefix('anchor.state.', arrays) };
  return { state: unpackSnapshot(packed, where), weights: withoutPrefix('anchor.weights.', arrays) };
}

function packSnapshot({ carried, optimizer, average, ...plain }: Snapshot): PackedState {
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

function unpackSnapshot({ json, arrays }: PackedState, where: string): TrainingState {
  const state = object(json, where);
  const saved = (name: string): SavedState => {
    return {
      tensors: withoutPrefix(`${name}.`, arrays),
      numbers: object(state[name], where) as SavedNumbers,
    };
  };
  const carried = withoutPrefix('carried.', arrays);
  checkNumbers(state, where);
  // The carried state may be missing only before the first block; otherwise the resumed run would differ.
  if (state.streams === null && (state.meter as MeterState).time > 0)
    throw damagedCheckpoint(where, 'carried state');
  return {
    epoch: state.epoch as number,
    step: state.step as number,
    best: state.best as number | null,
    // Older checkpoints lack these three.
    bestEpoch: (state.bestEpoch ?? 0) as number,
    rateFactor: (state.rateFactor ?? 1) as number,
    rollbacks: (state.rollbacks ?? 0) as number,
    anchor: null,
    candidate: state.candidate === true,
    meter: state.meter as MeterState,
    batches: object(state.batches, where) as unknown as StreamState,
    carried: state.streams === null ? null : carriedState(state.streams, carried, where),
    masks: object(state.masks, where) as unknown as MaskState,
    optimizer: saved('optimizer'),
    average: state.average === null ? null : saved('average'),
    ...(state.parts !== undefined && { parts: object(state.parts, where) as unknown as RunParts }),
    schedule: state.schedule === null ? null : (object(state.schedule, where) as SavedNumbers),
  };
}

type Check = (value: unknown) => boolean;

const isCount: Check = (value) => Number.isSafeInteger(value) && Number(value) >= 0;
const isAmount: Check = (value) => Number.isFinite(value) && Number(value) >= 0;

const numbers: Readonly<Record<string, Check>> = {
  epoch: (value) => isCount(value) && value !== 0,
  step: isCount,
  best: (value) => value === null || isAmount(value),
  bestEpoch: (value) => value === undefined || isCount(value),
  rateFactor: (value) => value === undefined || (isAmount(value) && Number(value) > 0 && Number(value) <= 1),
  rollbacks: (value) => value === undefined || isCount(value),
};

const meterNumbers: Readonly<Record<string, Check>> = {
  time: isCount,
  losses: Number.isFinite,
  blocks: isAmount,
  tokens: isCount,
  seconds: isAmount,
};

function checkNumbers(state: Readonly<Record<string, unknown>>, where: string): void {
  const meter = object(state.meter, where);
  for (const [values, checks] of [
    [state, numbers],
    [meter, meterNumbers],
  ] as const) {
    for (const [name, isGood] of Object.entries(checks))
      if (!isGood(values[name])) throw damagedCheckpoint(where, name);
  }
}

/** `0.h`, `1.h`, … */
function* carriedArrays(carried: StateValues | null): Generator<readonly [string, NamedArray]> {
  for (const [i, layer] of (carried?.layers ?? []).entries()) {
    for (const [name, data] of Object.entries<Float64Array>({ ...layer })) {
      yield [`${i}.${name}`, { dtype: 'F64', shape: [data.length], data }];
    }
  }
}

function carriedState(N: unknown, arrays: ReadonlyMap<string, NamedArray>, where: string): StateValues {
  if (typeof N !== 'number') throw damagedCheckpoint(where, 'streams');
  const layers: Record<string, Float64Array>[] = [];
  for (const [name, { data }] of arrays) {
    const [index, part] = name.split('.');
    const i = Number(index);
    if (!Number.isInteger(i) || i < 0 || i >= arrays.size) throw damagedCheckpoint(where, 'carried state');
    layers[i] = { ...layers[i], [part]: Float64Array.from(data) };
  }
  if ([...layers].some((layer) => !layer?.h)) throw damagedCheckpoint(where, 'carried state');
  return { N, layers: layers as unknown as StateValues['layers'] };
}

function object(value: unknown, where: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw damagedCheckpoint(where, 'training state');
}

/** The error for a damaged checkpoint. */
export function damagedCheckpoint(where: string, name: string): UnrolledError {
  return new UnrolledError(
    'file-damaged',
    `${where}: the ${name} in the checkpoint is missing or damaged; it must be whole. Use another checkpoint.`,
  );
}
