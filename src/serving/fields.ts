import type { Kind } from '../kinds.ts';
import { badRequest, startOf } from './api-error.ts';

/** The body of a request: a JSON object with unchecked fields. */
export type Body = Readonly<Record<string, unknown>>;

/** A JSON Schema (https://json-schema.org/draft/2020-12). */
export type Schema = Readonly<Record<string, unknown>>;

/** The values that a field accepts: a kind of src/kinds.ts, or one with a JSON Schema for the OpenAPI document. */
export type FieldKind<T> = Pick<Kind<T>, 'needs' | 'accepts'> & (Kind<T> | { readonly schema: Schema });

interface Value<T> {
  readonly use: 'value';
  readonly kind: FieldKind<T>;
  readonly required: boolean;
  /** The value when the field is missing or null. */
  readonly otherwise?: T;
  /** The description in the OpenAPI document. */
  readonly about: string;
}

interface Nested<F extends Fields> {
  readonly use: 'nested';
  readonly fields: F;
  readonly example: string;
  readonly about: string;
}

interface Ignored {
  readonly use: 'ignored';
}

interface Unsupported {
  readonly use: 'unsupported';
  readonly idle: unknown;
}

/** One field of a body: its check, its default, and whether it is used. */
export type Field = Value<unknown> | Nested<Fields> | Ignored | Unsupported;

/** All fields of an endpoint, in the order in which errors list them. */
export type Fields = { readonly [name: string]: Field };

type ValueOf<F extends Field> =
  F extends Value<infer T> ? T : F extends Nested<infer N> ? Values<N> | null : never;

/** The values read by a table of fields. A missing nested object is null. */
export type Values<F extends Fields> = {
  readonly [Name in keyof F as ValueOf<F[Name]> extends never ? never : Name]: ValueOf<F[Name]>;
};

/** A required field. @param about its description */
export function required<T>(kind: FieldKind<T>, about: string = ''): Value<T> {
  return { use: 'value', kind, required: true, about };
}

/** An optional field. @param otherwise its default @param about its description */
export function optional<T, const D>(kind: FieldKind<T>, otherwise: D, about: string = ''): Value<T | D> {
  return { use: 'value', kind, required: false, otherwise, about };
}

/** A field that is an object with fields. @param example an example value, for errors @param about its description */
export function nested<F extends Fields>(fields: F, example: string, about: string = ''): Nested<F> {
  return { use: 'nested', fields, example, about };
}

/** A field of the protocol that accepts any value and is ignored. */
export const ignored: Ignored = { use: 'ignored' };

/** A field of the protocol that is not supported. @param idle the value without effect, accepted like null */
export function unsupported(idle: unknown): Unsupported {
  return { use: 'unsupported', idle };
}

/** Any string, empty ones too. */
export const anyText: FieldKind<string> = {
  needs: 'a string',
  schema: { type: 'string' },
  accepts: (value): value is string => typeof value === 'string',
};

/** A non-empty string, or a list of up to `most` of them. */
export function texts(most: number): FieldKind<string | readonly string[]> {
  const isText = (value: unknown) => typeof value === 'string' && value !== '';
  const one = { type: 'string', minLength: 1 };
  return {
    needs: `a non-empty string, or a list of up to ${most} of them`,
    schema: { anyOf: [one, { type: 'array', items: one, maxItems: most }] },
    accepts: (value): value is string | readonly string[] =>
      Array.isArray(value) ? value.length <= most && value.every(isText) : isText(value),
  };
}

/** Receives the name of a field that is unknown or not supported, which is then ignored. */
export type OnIgnored = (name: string) => void;

/** Where a table of fields is read. */
export interface Reading {
  /** Default: such fields are errors. */
  readonly onIgnored?: OnIgnored | undefined;
  /** What the fields belong to: the name of a nested object. Default: the body of the request. */
  readonly owner?: string;
}

/**
 * Reads the fields of a table from a body.
 * @throws ApiError for an invalid value and, without `onIgnored`, for an unknown field or an unsupported one with an effect
 */
export function readFields<F extends Fields>(body: Body, fields: F, reading: Reading = {}): Values<F> {
  checkNames(body, Object.keys(fields), reading);
  const values = Object.entries(fields).flatMap(([name, field]): [string, unknown][] => {
    if (field.use === 'value') return [[name, readValue(body[name], name, field)]];
    if (field.use === 'nested') return [[name, readNested(body[name] ?? null, name, field, reading)]];
    if (field.use === 'unsupported') checkIdle(body[name] ?? field.idle, name, field, reading);
    return [];
  });
  return Object.fromEntries(values) as Values<F>;
}

/** An error of status 400 about the value of a field. */
export function wrong(name: string, value: unknown, needs: string): Error {
  return badRequest(`${name} is ${shown(value)}; it must be ${needs}.`, name);
}

function checkNames(body: Body, known: readonly string[], reading: Reading): void {
  for (const name of Object.keys(body)) {
    if (known.includes(name)) continue;
    if (!reading.onIgnored) throw unknownField(name, known, reading);
    reading.onIgnored(nameWithin(reading, name));
  }
}

function unknownField(name: string, known: readonly string[], { owner = 'this request' }: Reading): Error {
  return badRequest(
    `${shown(name)} is not a field of ${owner}; its fields are ${known.join(', ')}. Remove it.`,
    name,
    'unknown_field',
  );
}

function nameWithin({ owner }: Reading, name: string): string {
  return owner === undefined ? name : `${owner}.${name}`;
}

function readValue(value: unknown, name: string, { kind, required, otherwise }: Value<unknown>): unknown {
  if (!required && (value ?? null) === null) return otherwise;
  if (kind.accepts(value)) return value;
  throw wrong(name, value, kind.needs);
}

function readNested(
  value: unknown,
  name: string,
  { fields, example }: Nested<Fields>,
  reading: Reading,
): object | null {
  if (value === null) return null;
  if (isObject(value)) return readFields(value, fields, { ...reading, owner: name });
  throw wrong(name, value, `an object such as ${example}`);
}

function checkIdle(value: unknown, name: string, { idle }: Unsupported, reading: Reading): void {
  if (value === idle || (isEmptyObject(value) && isEmptyObject(idle))) return;
  if (!reading.onIgnored) throw unsupportedField(name, value);
  reading.onIgnored(nameWithin(reading, name));
}

function unsupportedField(name: string, value: unknown): Error {
  return badRequest(
    `${name} is ${shown(value)}; this server does not support it. Leave it out.`,
    name,
    'unsupported',
  );
}

function isEmptyObject(value: unknown): boolean {
  return isObject(value) && Object.keys(value).length === 0;
}

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  const json = jsonOf(value);
  return json.length > 80 ? `${startOf(json, 80)}…` : json;
}

/** JSON in which bigints are numbers. */
function jsonOf(value: unknown): string {
  const mark = (_: string, part: unknown) => (typeof part === 'bigint' ? `bigint ${part}` : part);
  try {
    return JSON.stringify(value, mark)?.replace(/"bigint (-?\d+)"/g, '$1') ?? 'missing';
  } catch {
    return 'nested too deeply'; // JSON.parse accepts deeper nesting than JSON.stringify
  }
}
