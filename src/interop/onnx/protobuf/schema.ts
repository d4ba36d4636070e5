/** The encoding of a single value: an integer of up to 64 bits as a varint, a fixed-width number, or bytes after a length. */
export type ScalarKind = 'int64' | 'float' | 'double' | 'string' | 'bytes';

/** A field of a message. */
export interface Field {
  readonly number: number;
  /** A nested message is a function, because messages may contain themselves. */
  readonly kind: ScalarKind | (() => Fields);
  readonly repeated: boolean;
}

/** The fields of a message, by property name. */
export type Fields = Readonly<Record<string, Field>>;

/**
 * The fields of the message type `T`. Properties of `T` are optional: an absent field is undefined. Numbers in a repeated field
 * are an `ArrayLike<number>`, so that typed arrays serve.
 */
export type Schema<T> = { readonly [K in keyof T]-?: FieldOf<NonNullable<T[K]>> };

type FieldOf<T> = T extends Uint8Array | string | number
  ? Single<T>
  : T extends readonly (infer E)[]
    ? Repeated<E>
    : T extends ArrayLike<number>
      ? Repeated<number>
      : Single<T>;

interface Single<T> extends Field {
  readonly kind: KindOf<T>;
  readonly repeated: false;
}

interface Repeated<T> extends Field {
  readonly kind: KindOf<T>;
  readonly repeated: true;
}

type KindOf<T> = T extends number
  ? 'int64' | 'float' | 'double'
  : T extends string
    ? 'string'
    : T extends Uint8Array
      ? 'bytes'
      : () => Schema<T>;

/** A field with at most one value. */
export function one<K extends Field['kind']>(
  number: number,
  kind: K,
): { readonly number: number; readonly kind: K; readonly repeated: false } {
  return { number, kind, repeated: false };
}

/** A field with any number of values, in order. */
export function many<K extends Field['kind']>(
  number: number,
  kind: K,
): { readonly number: number; readonly kind: K; readonly repeated: true } {
  return { number, kind, repeated: true };
}

/** The low three bits of a tag. */
export const wireTypes = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/** The wire type of one value of a kind. Repeated numbers may also be packed: all of them after one length, as `bytes`. */
export function wireTypeOf(kind: Field['kind']): number {
  if (kind === 'int64') return wireTypes.varint;
  if (kind === 'float') return wireTypes.fixed32;
  if (kind === 'double') return wireTypes.fixed64;
  return wireTypes.bytes;
}
