import type { PickleMachine, WithState } from '../machine.ts';
import { PickleGlobal, PickleObject, type PickleValue } from '../values.ts';
import { lineOf } from './line.ts';
import { code, type Opcodes } from './opcode.ts';

/** Names, calls, objects and persistent ids. */
export const objectOpcodes: Opcodes = {
  /** GLOBAL */
  [code('c')]: (m) => pushGlobal(m, lineOf(m), lineOf(m)),
  /** STACK_GLOBAL */
  147: (m) => {
    const name = m.pop();
    pushGlobal(m, m.pop(), name);
  },
  /** REDUCE */
  [code('R')]: (m) => {
    const args = m.popArray();
    m.push(m.call(m.pop(), args));
  },
  /** NEWOBJ */
  129: (m) => {
    const args = m.popArray();
    m.push(m.instance(m.pop(), args));
  },
  /** NEWOBJ_EX */
  146: (m) => {
    m.pop();
    const args = m.popArray();
    m.push(m.instance(m.pop(), args));
  },
  /** INST */
  [code('i')]: (m) => {
    pushGlobal(m, lineOf(m), lineOf(m));
    const type = m.pop();
    m.push(created(m, type, m.popMark()));
  },
  /** OBJ */
  [code('o')]: (m) => {
    const [type, ...args] = m.popMark();
    m.push(created(m, type, args));
  },
  /** BUILD */
  [code('b')]: (m) => {
    const state = m.pop();
    build(m, m.top(), state);
  },
  /** PERSID */
  [code('P')]: (m) => m.push(m.persistent(lineOf(m))),
  /** BINPERSID */
  [code('Q')]: (m) => m.push(m.persistent(m.pop())),
};

function pushGlobal(m: PickleMachine, module: PickleValue, name: PickleValue): void {
  if (typeof module !== 'string' || typeof name !== 'string') {
    throw m.wrong('the name of a class or function is no string', 'it must be one');
  }
  m.charge(64 + module.length + name.length);
  m.push(new PickleGlobal(`${module}.${name}`));
}

/** Python calls the class or function if there are arguments; without any it creates an object. */
function created(m: PickleMachine, type: PickleValue, args: readonly PickleValue[]): PickleValue {
  return args.length > 0 ? m.call(type, args) : m.instance(type, args);
}

/** Sets the state of an object: attributes, or a pair of those of `__dict__` and of `__slots__`. */
function build(m: PickleMachine, object: PickleValue, state: PickleValue): void {
  if (hasState(object)) object.setState(state, m);
  // Of a tensor, or a dict with attributes, these are not needed.
  else if (object instanceof PickleObject) setAttributes(m, object, state);
}

function setAttributes(m: PickleMachine, object: PickleObject, state: PickleValue): void {
  for (const part of Array.isArray(state) && state.length === 2 ? state : [state]) {
    if (!(part instanceof Map)) continue;
    m.charge(48 * part.size);
    for (const [name, value] of part) object.attributes.set(name, value);
  }
}

function hasState(value: PickleValue): value is WithState {
  return typeof value === 'object' && value !== null && 'setState' in value;
}
