import type { Kind } from '../kinds.ts';
import { badRequest } from './api-error.ts';

/** The body of a request: a JSON object with unchecked fields. */
export type Body = Readonly<Record<string, unknown>>;

/** The values that a field accepts; the kinds of src/kinds.ts are such. */
export type FieldKind<T> = Pick<Kind<T>, 'needs' | 'accepts'>;

interface Value<T> {
  readonly use: 'value';
  readonly kind: FieldKind<T>;
  readonly required: boolean;
  /** The value when the field is missing or null. */
  readonly otherwise?: T;
}

interface Nested<F extends Fields> {
  readonly use: 'nested';
  readonly fields: F;
  readonly example: string;
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

/** A required field. */
export function required<T>(kind: FieldKind<T>): Value<T> {
  return { use: 'value', kind, required: true };
}

/** An optional field. @param otherwise its default */
export function optional<T, const D>(kind: FieldKind<T>, otherwise: D): Value<T | D> {
  return { use: 'value', kind, required: false, otherwise };
}

/** A field that is an object with fields. @param example an example value, for errors */
export function nested<F extends Fields>(fields: F, example: string): Nested<F> {
  return { use: 'nested', fields, example };
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
  accepts: (value): value is string => typeof value === 'string',
};

/** A non-empty string, or a list of up to `most` of them. */
export function texts(most: number): FieldKind<string | readonly string[]> {
  const isText = (one: unknown) => typeof one === 'string' && one !== '';
  return {
    needs: `a non-empty string, or a list of up to ${most} of them`,
    accepts: (value): value is string | readonly string[] =>
      Array.isArray(value) ? value.length <= most && value.every(isText) : isText(value),
  };
}

/**
 * Reads the fields of a table from a body.
 * @param owner what the fields belong to, for errors
 * @throws ApiError for an unknown field, an invalid value, or an unsupported field
 */
export function readFields<F extends Fields>(
  body: Body,
  fields: F,
  owner: string = 'this request',
): Values<F> {
  checkNames(body, Object.keys(fields), owner);
  const values = Object.entries(fields).flatMap(([name, field]): [string, unknown][] => {
    if (field.use === 'value') return [[name, readValue(body[name], name, field)]];
    if (field.use === 'nested') return [[name, readNested(body[name] ?? null, name, field)]];
    if (field.use === 'unsupported') checkIdle(body[name] ?? field.idle, name, field);
    return [];
  });
  return Object.fromEntries(values) as Values<F>;
}

/** An error of status 400 about the value of a field. */
export function wrong(name: string, value: unknown, needs: string): Error {
  return badRequest(`${name} is ${shown(value)}; it must be ${needs}.`, name);
}

function checkNames(body: Body, known: readonly string[], owner: string): void {
  const other = Object.keys(body).find((name) => !known.includes(name));
  if (other === undefined) return;
  throw badRequest(
    `${shown(other)} is not a field of ${owner}; its fields are ${known.join(', ')}. Remove it.`,
    other,
    'unknown_field',
  );
}

function readValue(value: unknown, name: string, { kind, required, otherwise }: Value<unknown>): unknown {
  if (!required && (value ?? null) === null) return otherwise;
  if (kind.accepts(value)) return value;
  throw wrong(name, value, kind.needs);
}

function readNested(value: unknown, name: string, { fields, example }: Nested<Fields>): object | null {
  if (value === null) return null;
  if (isObject(value)) return readFields(value, fields, name);
  throw wrong(name, value, `an object such as ${example}`);
}

function checkIdle(value: unknown, name: string, { idle }: Unsupported): void {
  if (value === idle || (isEmptyObject(value) && isEmptyObject(idle))) return;
  throw badRequest(
    `${name} is ${shown(value)}; this server does not support it. Leave it out.`,
    name,
    'unsupported',
  );
}

function isEmptyObject(value: unknown): boolean {
  return isObject(value) && Object.keys(value).length === 0;
}

function isObject(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  const json = jsonOf(value);
  return json.length > 80 ? `${json.slice(0, 80)}…` : json;
}

function jsonOf(value: unknown): string {
  if (typeof value === 'bigint') return String(value);
  try {
    return JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? String(part) : part)) ?? 'missing';
  } catch {
    return 'nested too deeply'; // JSON.parse accepts deeper nesting than JSON.stringify
  }
}
