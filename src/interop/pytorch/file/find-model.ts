import { UnrolledError } from '../../../errors.ts';
import { shown } from '../../../formats/damaged.ts';
import type { LeftOut } from '../../importer.ts';
import { NumpyArray } from '../../pickle/numpy.ts';
import { kindOf, PickleObject, type PickleValue } from '../../pickle/values.ts';
import { contentsOf, isModule, type ModuleContents } from './modules.ts';
import { TensorReference } from './tensor.ts';

/** The arrays of a model in a file, not yet read. */
export interface FoundModel extends ModuleContents {
  readonly leftOut: readonly LeftOut[];
}

/** The keys under which checkpoints have the model, the most specific first. */
const MODEL_KEYS = [
  'state_dict',
  'model_state_dict',
  'model_state',
  'model',
  'net',
  'network',
  'module',
  'weights',
  'params',
];

/** How many dicts may be around the model. */
const DEEPEST = 4;

/**
 * Finds the model in what a file holds: a state dict, a module, one of them under a key of a checkpoint, or the first module of a
 * list. Throws UnrolledError where there is none or several could be meant.
 */
export function findModel(value: PickleValue, where: string, depth: number = 0): FoundModel {
  if (isModule(value)) return { ...contentsOf(value, where), leftOut: [] };
  if (Array.isArray(value)) return ofList(value, where);
  const dict = value instanceof PickleObject && value.entries.size > 0 ? value.entries : value;
  if (!(dict instanceof Map)) throw noModel(where, kindOf(value));
  if ([...dict.values()].some(isArray)) return ofStateDict(dict);
  return ofCheckpoint(dict, where, depth);
}

/** Whether a value is an array of numbers. */
export function isArray(value: PickleValue): value is TensorReference | NumpyArray {
  return value instanceof TensorReference || value instanceof NumpyArray;
}

function ofStateDict(dict: ReadonlyMap<PickleValue, PickleValue>): FoundModel {
  const values = new Map<string, PickleValue>();
  const leftOut: LeftOut[] = [];
  for (const [key, value] of dict) {
    if (isArray(value)) values.set(keyOf(key), value);
    else leftOut.push(notAnArray(keyOf(key), value));
  }
  return { values, modules: new Map(), leftOut };
}

/** The first module is the model; a criterion and an optimizer may follow. */
function ofList(list: readonly PickleValue[], where: string): FoundModel {
  const at = list.findIndex(isModule);
  if (at < 0) throw noModel(where, 'a list without a module');
  const rest = [...list.entries()].filter(([i]) => i !== at);
  return {
    ...contentsOf(list[at] as PickleObject, where),
    leftOut: rest.map(([i, value]) => notAnArray(`${i}`, value)),
  };
}

function ofCheckpoint(dict: ReadonlyMap<PickleValue, PickleValue>, where: string, depth: number): FoundModel {
  const models = new Set([...new Set(dict.values())].filter(holdsModel));
  const candidates = [...dict].filter(([, value]) => models.has(value)).map(([key]) => key);
  const known = MODEL_KEYS.find((key) => candidates.includes(key));
  const chosen = known ?? (candidates.length === 1 ? candidates[0] : undefined);
  if (chosen === undefined || depth >= DEEPEST) {
    const keys = candidates.length > 0 ? candidates : [...dict.keys()];
    throw noModel(where, `a dict of ${keys.slice(0, 8).map(keyOf).map(shown).join(', ')}`);
  }
  const found = findModel(dict.get(chosen), where, depth + 1);
  const others = [...dict].filter(([key]) => key !== chosen);
  const leftOut = others.map(([key, value]) => notAnArray(keyOf(key), value));
  return { ...found, leftOut: [...found.leftOut, ...leftOut] };
}

/** Whether a value is a module, a state dict, or a dict under a key that is known to hold one. */
function holdsModel(value: PickleValue): boolean {
  if (isModule(value)) return true;
  if (!(value instanceof Map)) return false;
  return [...value].some(
    ([key, inner]) => isArray(inner) || (MODEL_KEYS.includes(key as string) && inner instanceof Map),
  );
}

function notAnArray(name: string, value: PickleValue): LeftOut {
  return { name, reason: `${kindOf(value)}, no part of the model` };
}

function keyOf(key: PickleValue): string {
  return typeof key === 'string' || typeof key === 'number' ? String(key) : kindOf(key);
}

function noModel(where: string, got: string): UnrolledError {
  return new UnrolledError(
    'file-foreign',
    `${where}: the file holds ${got}; it must hold a state dict or a module. Save model.state_dict() with torch.save.`,
  );
}
