import type { PickleFunction, PickleMachine } from './machine.ts';
import { PickleObject, type PickleValue } from './values.ts';

/** Python's own containers and the ways to write bytes and objects in older protocols. None runs code of the pickle. */
export const pythonFunctions: ReadonlyMap<string, PickleFunction> = new Map<string, PickleFunction>([
  ['collections.OrderedDict', ([pairs = []], m) => dictOf(m, pairs)],
  // The first argument makes values that are missing; it is never called.
  ['collections.defaultdict', ([, pairs = []], m) => dictOf(m, pairs)],
  ['_codecs.encode', latin1Bytes],
  ...either(['copyreg._reconstructor', 'copy_reg._reconstructor'], ([type], m) => m.instance(type, [])),
  ...either(['copyreg.__newobj__', 'copy_reg.__newobj__'], ([type, ...args], m) => m.instance(type, args)),
  ...both('set', ([items = []], m) => new Set(listOf(m, items))),
  ...both('frozenset', ([items = []], m) => new Set(listOf(m, items))),
  ...both('list', ([items = []], m) => [...listOf(m, items)]),
  // Of bytes, only the empty ones are stored as a call.
  ...both('bytes', bytesOf),
  ...both('bytearray', bytesOf),
  // A method of an object, as a reference: the object is not asked for it.
  ...both('getattr', (args, m) => {
    m.charge(512);
    return new PickleObject('builtins.method', args);
  }),
]);

/** A function of Python 3 and, where a pickle of protocol 2 has the older name, of Python 2. */
function both(name: string, run: PickleFunction): readonly (readonly [string, PickleFunction])[] {
  return either([`builtins.${name}`, `__builtin__.${name}`], run);
}

function either(
  names: readonly string[],
  run: PickleFunction,
): readonly (readonly [string, PickleFunction])[] {
  return names.map((name) => [name, run]);
}

function listOf(m: PickleMachine, value: PickleValue): readonly PickleValue[] {
  if (!Array.isArray(value))
    throw m.wrong('a container is made of a value that is no list', 'it must be one');
  m.charge(256 + 48 * value.length);
  return value;
}

function dictOf(m: PickleMachine, pairs: PickleValue): Map<PickleValue, PickleValue> {
  if (pairs instanceof Map) {
    m.charge(256 + 48 * pairs.size);
    return new Map(pairs);
  }
  const items = listOf(m, pairs);
  if (!items.every((item) => Array.isArray(item) && item.length === 2)) {
    throw m.wrong('a dict is made of values that are no pairs', 'each must be a key and a value');
  }
  return new Map(items as [PickleValue, PickleValue][]);
}

/** Bytes of bytes, or of a string and its encoding. */
function bytesOf([value = '', ...encoding]: readonly PickleValue[], m: PickleMachine): Uint8Array {
  return value instanceof Uint8Array ? value : latin1Bytes([value, ...encoding], m);
}

/** How Python 3 writes bytes in protocol 2: as a string of the characters 0 to 255. */
function latin1Bytes([text, encoding]: readonly PickleValue[], m: PickleMachine): Uint8Array {
  if (
    typeof text !== 'string' ||
    (encoding !== undefined && encoding !== 'latin1' && encoding !== 'latin-1')
  ) {
    throw m.wrong('bytes are encoded in another way than Latin-1', 'they must be a string in Latin-1');
  }
  m.charge(128 + text.length);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    bytes[i] = text.charCodeAt(i);
    if (bytes[i] !== text.charCodeAt(i))
      throw m.wrong('bytes have a character above 255', 'they must be in Latin-1');
  }
  return bytes;
}
