import { UnrolledError } from '../../errors.ts';
import { damaged } from '../../formats/damaged.ts';
import type { ByteReader } from '../archive/byte-reader.ts';
import { PickleGlobal, PickleObject, type PickleValue } from './values.ts';

/** A function that a pickle may call: ours, of the name of one of Python's. It throws if the arguments are not those it needs. */
export type PickleFunction = (args: readonly PickleValue[], machine: PickleMachine) => PickleValue;

/** A value of one of our functions that takes the state which a pickle stores for it. */
export interface WithState {
  setState(state: PickleValue, machine: PickleMachine): void;
}

/** What a pickle may refer to outside itself. */
export interface PickleContext {
  /** The functions that it may call, by module and name. Objects of these names are made by them, too. */
  readonly functions: ReadonlyMap<string, PickleFunction>;
  /** The value of a persistent id, which the program that wrote the pickle stores elsewhere. */
  readonly persistent?: ((id: PickleValue) => PickleValue) | undefined;
}

/** The memory that a pickle may fill beyond its size: times its bytes, and for any. */
const MOST_GROWTH = 4;
const FREE_BYTES = 1 << 24;

/** The stack, marks and memo of a pickle. Opcodes change them. */
export class PickleMachine {
  readonly reader: ByteReader;
  readonly where: string;
  /** By index. A map: an index is no reason to allocate an array of that length. */
  readonly memo: Map<number, PickleValue> = new Map();
  isStopped = false;
  #stack: PickleValue[] = [];
  /** The stacks below the marks. */
  readonly #marks: PickleValue[][] = [];
  readonly #context: PickleContext;
  #bytesLeft: number;

  constructor(reader: ByteReader, where: string, context: PickleContext) {
    this.reader = reader;
    this.where = where;
    this.#context = context;
    this.#bytesLeft = MOST_GROWTH * reader.bytes.length + FREE_BYTES;
  }

  /** Counts memory, about, before it is allocated. Throws UnrolledError when a pickle fills many times its size. */
  charge(bytes: number): void {
    this.#bytesLeft -= bytes;
    if (this.#bytesLeft >= 0) return;
    throw new UnrolledError(
      'file-large',
      `${this.where}: the pickle needs more than ${MOST_GROWTH} times its size in memory; a model's does not. Don't trust it.`,
    );
  }

  push(value: PickleValue): void {
    this.charge(8);
    this.#stack.push(value);
  }

  pop(): PickleValue {
    if (this.#stack.length === 0)
      throw this.wrong('an operation lacks its operand', 'it must be on the stack');
    return this.#stack.pop();
  }

  top(): PickleValue {
    const value = this.pop();
    this.#stack.push(value);
    return value;
  }

  mark(): void {
    this.charge(64);
    this.#marks.push(this.#stack);
    this.#stack = [];
  }

  /** What was pushed since the last mark, which is removed. */
  popMark(): PickleValue[] {
    const items = this.#stack;
    const below = this.#marks.pop();
    if (!below) throw this.wrong('an operation lacks its mark', 'it must be on the stack');
    this.#stack = below;
    return items;
  }

  /** Removes the last value, or a mark without values above it. */
  discard(): void {
    if (this.#stack.length === 0) this.popMark();
    else this.pop();
  }

  popArray(): readonly PickleValue[] {
    const value = this.pop();
    if (Array.isArray(value)) return value;
    throw this.wrong('the arguments of a call are no tuple', 'they must be one');
  }

  /** The value of a call: of a function of the list, else refused by name. */
  call(callee: PickleValue, args: readonly PickleValue[]): PickleValue {
    if (!(callee instanceof PickleGlobal)) throw this.wrong('a value is called', 'only functions may be');
    const known = this.#context.functions.get(callee.name);
    if (known) return known(args, this);
    throw new UnrolledError(
      'file-foreign',
      `${this.where}: the pickle calls ${shortened(callee.name)}, which was not executed; only functions that rebuild arrays and ` +
        'containers are known here. Save the weights alone, as a state dict, if you trust the file.',
    );
  }

  /** An object of a class: that of its function if it has one, else its parts. */
  instance(type: PickleValue, args: readonly PickleValue[]): PickleValue {
    if (!(type instanceof PickleGlobal))
      throw this.wrong('an object is of no class', 'its class must be a name');
    const known = this.#context.functions.get(type.name);
    if (known) return known(args, this);
    this.charge(512);
    return new PickleObject(type.name, args);
  }

  persistent(id: PickleValue): PickleValue {
    if (this.#context.persistent) return this.#context.persistent(id);
    throw this.wrong('the pickle refers to data outside itself', 'it must contain its data');
  }

  wrong(got: string, needs: string): UnrolledError {
    return damaged(`${this.where}: pickle, byte ${this.reader.at}`, got, needs);
  }
}

/** A name for a message. */
function shortened(name: string): string {
  return name.length <= 200 ? name : `${name.slice(0, 199)}…`;
}
