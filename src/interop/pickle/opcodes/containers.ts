import type { PickleMachine } from '../machine.ts';
import { PickleObject, type PickleValue } from '../values.ts';
import { code, type Opcodes } from './opcode.ts';

/** What the containers of JavaScript take, about, in bytes. */
const MAP = 256;
const ARRAY = 48;
const ENTRY = 48;

/** Lists, tuples, dicts and sets. */
export const containerOpcodes: Opcodes = {
  /** EMPTY_LIST */
  [code(']')]: (m) => pushArray(m, []),
  /** LIST */
  [code('l')]: (m) => pushArray(m, m.popMark()),
  /** APPEND */
  [code('a')]: (m) => append(m, [m.pop()]),
  /** APPENDS */
  [code('e')]: (m) => append(m, m.popMark()),
  /** EMPTY_TUPLE */
  [code(')')]: (m) => pushArray(m, []),
  /** TUPLE */
  [code('t')]: (m) => pushArray(m, m.popMark()),
  /** TUPLE1 */
  133: (m) => pushArray(m, [m.pop()]),
  /** TUPLE2 */
  134: (m) => pushArray(m, [m.pop(), m.pop()].reverse()),
  /** TUPLE3 */
  135: (m) => pushArray(m, [m.pop(), m.pop(), m.pop()].reverse()),
  /** EMPTY_DICT */
  [code('}')]: (m) => pushMap(m, []),
  /** DICT */
  [code('d')]: (m) => pushMap(m, m.popMark()),
  /** SETITEM */
  [code('s')]: (m) => setItems(m, [m.pop(), m.pop()].reverse()),
  /** SETITEMS */
  [code('u')]: (m) => setItems(m, m.popMark()),
  /** EMPTY_SET */
  143: (m) => pushSet(m, []),
  /** ADDITEMS */
  144: (m) => addItems(m, m.popMark()),
  /** FROZENSET */
  145: (m) => pushSet(m, m.popMark()),
};

function pushArray(m: PickleMachine, items: PickleValue[]): void {
  m.charge(ARRAY + 8 * items.length);
  m.push(items);
}

function append(m: PickleMachine, items: readonly PickleValue[]): void {
  const list = m.top();
  m.charge(16 * items.length);
  // An object of a class that is a list: its items are not needed.
  if (list instanceof PickleObject) return;
  if (!Array.isArray(list)) throw m.wrong('items are appended to a value that is no list', 'it must be one');
  for (const item of items) list.push(item);
}

function pushMap(m: PickleMachine, pairs: readonly PickleValue[]): void {
  m.charge(MAP);
  m.push(new Map());
  setItems(m, pairs);
}

/** Keys and values alternate. */
function setItems(m: PickleMachine, pairs: readonly PickleValue[]): void {
  const target = m.top();
  const map = target instanceof PickleObject ? target.entries : target;
  if (!(map instanceof Map)) throw m.wrong('entries are set in a value that is no dict', 'it must be one');
  if (pairs.length % 2 !== 0) throw m.wrong('a key of a dict has no value', 'each key must have one');
  m.charge((ENTRY * pairs.length) / 2);
  for (let i = 0; i < pairs.length; i += 2) map.set(pairs[i], pairs[i + 1]);
}

function pushSet(m: PickleMachine, items: readonly PickleValue[]): void {
  m.charge(MAP);
  m.push(new Set());
  addItems(m, items);
}

function addItems(m: PickleMachine, items: readonly PickleValue[]): void {
  const set = m.top();
  if (!(set instanceof Set)) throw m.wrong('items are added to a value that is no set', 'it must be one');
  m.charge(ENTRY * items.length);
  for (const item of items) set.add(item);
}
