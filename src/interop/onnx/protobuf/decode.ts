import { damaged } from '../../../formats/damaged.ts';
import { joined, readPacked } from './numbers.ts';
import { type Field, type Fields, type Schema, wireTypeOf, wireTypes } from './schema.ts';
import { WireReader } from './wire-reader.ts';

/** Levels of nested messages; a graph within a graph takes three. */
const MAX_DEPTH = 32;

/** Messages and strings of a file. Each takes far more memory than the two bytes that it may have in the file. */
const MAX_OBJECTS = 100_000;

/**
 * Reads a message. Fields that the schema lacks are skipped; byte strings are views of `bytes`.
 *
 * @param where the beginning of error messages
 * @throws {UnrolledError} code `file-damaged` for bytes that violate the encoding, a field that occurs twice but is not
 * repeated, deep nesting, and more messages and strings than a network has
 */
export function decodeMessage<T extends object>(schema: Schema<T>, bytes: Uint8Array, where: string): T {
  return new Decoder(where).message(schema as Fields, bytes, 0) as T;
}

type Message = Record<string, unknown>;

class Decoder {
  readonly #where: string;
  #objects = 0;

  constructor(where: string) {
    this.#where = where;
  }

  message(fields: Fields, bytes: Uint8Array, depth: number): Message {
    if (depth > MAX_DEPTH) {
      throw damaged(
        this.#where,
        `messages are nested deeper than ${MAX_DEPTH} levels`,
        'a model needs fewer',
      );
    }
    this.#countObject();
    const names = namesOf(fields);
    const message: Message = {};
    const reader = new WireReader(bytes, this.#where);
    while (!reader.atEnd) {
      const { number, wireType } = reader.tag();
      const name = names.get(number);
      if (name === undefined) reader.skip(wireType);
      else if (isPacked(fields[name], wireType)) this.#addPacked(message, name, fields[name], reader);
      else this.#add(message, name, fields[name], this.#value(name, fields[name], wireType, reader, depth));
    }
    return message;
  }

  #addPacked(message: Message, name: string, { kind }: Field, reader: WireReader): void {
    message[name] = joined(message[name], readPacked(kind, new WireReader(reader.bytes(), this.#where)));
  }

  #add(message: Message, name: string, { repeated }: Field, value: unknown): void {
    if (repeated && typeof value === 'number') message[name] = joined(message[name], [value]);
    else if (repeated) {
      const before = (message[name] as unknown[] | undefined) ?? [];
      before.push(value);
      message[name] = before;
    } else if (Object.hasOwn(message, name)) {
      throw damaged(this.#where, `the field ${name} occurs twice`, 'it may occur once');
    } else message[name] = value;
  }

  #value(name: string, { kind }: Field, wireType: number, reader: WireReader, depth: number): unknown {
    const needed = wireTypeOf(kind);
    if (wireType !== needed) {
      throw damaged(this.#where, `the field ${name} has wire type ${wireType}`, `it must be ${needed}`);
    }
    if (needed !== wireTypes.bytes) return reader.number(kind);
    const bytes = reader.bytes();
    if (typeof kind === 'function') return this.message(kind(), bytes, depth + 1);
    this.#countObject();
    return kind === 'bytes' ? bytes : this.#text(name, bytes);
  }

  #countObject(): void {
    if (++this.#objects <= MAX_OBJECTS) return;
    throw damaged(
      this.#where,
      `there are more than ${MAX_OBJECTS} messages and strings`,
      'a recurrent network has fewer',
    );
  }

  #text(name: string, bytes: Uint8Array): string {
    try {
      // A copy, because browsers can't decode shared memory.
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(new Uint8Array(bytes));
    } catch {
      throw damaged(this.#where, `the field ${name} is not UTF-8`, 'it must be');
    }
  }
}

function isPacked({ kind, repeated }: Field, wireType: number): boolean {
  return repeated && wireType === wireTypes.bytes && wireTypeOf(kind) !== wireTypes.bytes;
}

const namesByFields = new WeakMap<Fields, ReadonlyMap<number, string>>();

/** The property names of a message by field number. */
function namesOf(fields: Fields): ReadonlyMap<number, string> {
  const known = namesByFields.get(fields);
  if (known) return known;
  const names = new Map(Object.entries(fields).map(([name, { number }]) => [number, name]));
  namesByFields.set(fields, names);
  return names;
}
