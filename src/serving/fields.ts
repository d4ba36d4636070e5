import { badRequest } from './api-error.ts';

/** The body of a request: a JSON object that nothing is known of yet. */
export type Body = Readonly<Record<string, unknown>>;

interface Range {
  readonly from: number;
  readonly to: number;
  readonly otherwise: number;
}

/**
 * Throws for a field that is not in the list, so that nobody waits for what it would have done.
 * @param owner whose fields they are
 */
export function checkNames(body: Body, known: readonly string[], owner: string = 'this request'): void {
  const other = Object.keys(body).find((name) => !known.includes(name));
  if (other === undefined) return;
  throw badRequest(
    `${shown(other)} is no field of ${owner}; it takes ${known.join(', ')}.`,
    other,
    'unknown_field',
  );
}

/**
 * Throws for a field that asks for something that this server doesn't do; what asks for nothing may stand: null, and
 * what `idle` names for each field.
 */
export function checkIdle(body: Body, idle: Readonly<Record<string, unknown>>): void {
  for (const [name, nothing] of Object.entries(idle)) {
    const value = body[name] ?? nothing;
    if (value === nothing || (isEmptyObject(value) && isEmptyObject(nothing))) continue;
    throw badRequest(
      `${name} is ${shown(value)}; this server doesn't have it. Leave it out.`,
      name,
      'unsupported',
    );
  }
}

export function number(body: Body, name: string, { from, to, otherwise }: Range): number {
  const value = body[name] ?? otherwise;
  if (typeof value === 'number' && value >= from && value <= to) return value;
  throw wrong(name, value, `a number from ${from} to ${to}`);
}

export function wholeNumber(body: Body, name: string, range: Range): number {
  const value = body[name] ?? range.otherwise;
  if (Number.isSafeInteger(value) && Number(value) >= range.from && Number(value) <= range.to)
    return Number(value);
  throw wrong(name, value, `a whole number from ${range.from} to ${range.to}`);
}

export function flag(body: Body, name: string): boolean {
  const value = body[name] ?? false;
  if (typeof value === 'boolean') return value;
  throw wrong(name, value, 'true or false');
}

export function text(body: Body, name: string): string {
  const value = body[name];
  if (typeof value === 'string') return value;
  throw wrong(name, value, 'a text');
}

/** One text or a list of `most` at most, none of them empty. */
export function texts(body: Body, name: string, most: number): string[] {
  const value = body[name] ?? [];
  const list: unknown[] = Array.isArray(value) ? value : [value];
  if (list.length <= most && list.every((one) => typeof one === 'string' && one !== ''))
    return list as string[];
  throw wrong(name, value, `a text, or a list of up to ${most}, none of them empty`);
}

export function oneOf<T extends string>(body: Body, name: string, choices: readonly T[]): T {
  const value = body[name] ?? choices[0];
  const found = choices.find((choice) => choice === value);
  if (found !== undefined) return found;
  throw wrong(name, value, `one of ${choices.join(', ')}`);
}

/** An object with fields of its own; empty where none is given. @param example what it might be */
export function object(body: Body, name: string, example: string): Body {
  const value = body[name] ?? {};
  if (isObject(value)) return value;
  throw wrong(name, value, `an object such as ${example}`);
}

export function wrong(name: string, value: unknown, needs: string): Error {
  return badRequest(`${name} is ${shown(value)}; it needs ${needs}.`, name);
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
  try {
    return JSON.stringify(value) ?? 'missing';
  } catch {
    return 'nested too deeply'; // what can be read can be too deep to be written
  }
}
