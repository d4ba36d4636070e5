/**
 * What a pickle holds, as plain data: null, boolean, number or bigint, string, `Uint8Array` for bytes, array for lists and
 * tuples, `Map` for dicts, `Set`, what the caller's functions return, and the two kinds below. Values may be shared and may
 * contain themselves.
 */
export type PickleValue = unknown;

/** A class or function by name. It is only a name here. */
export class PickleGlobal {
  /** The module and the name, such as `collections.OrderedDict`. */
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** An object of a class as its stored parts. Nothing of the class runs. */
export class PickleObject {
  /** The name of its class. */
  readonly type: string;
  /** The arguments it was stored with. */
  readonly args: readonly PickleValue[];
  /** Its attributes by name. */
  readonly attributes: Map<PickleValue, PickleValue> = new Map();
  /** Of a class that is a dict. */
  readonly entries: Map<PickleValue, PickleValue> = new Map();

  constructor(type: string, args: readonly PickleValue[] = []) {
    this.type = type;
    this.args = args;
  }
}

/** What a value is, for messages: `a dict`, `an object of torch.optim.sgd.SGD`. It does not look inside. */
export function kindOf(value: PickleValue): string {
  if (value === null) return 'None';
  if (value instanceof PickleObject) return `an object of ${value.type.slice(0, 200)}`;
  if (value instanceof PickleGlobal) return `the name ${value.name.slice(0, 200)}`;
  if (value instanceof Map) return 'a dict';
  if (value instanceof Set) return 'a set';
  if (value instanceof Uint8Array) return 'bytes';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return 'a string';
  return typeof value === 'object' ? 'an array' : 'a number';
}
