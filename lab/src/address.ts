import { effect, type Signal, signal } from '@preact/signals';
import { paced } from './state/paced.ts';

/** The views, in the order of the navigation. */
export const views = ['text', 'train', 'unrolled', 'time', 'write', 'read', 'words', 'chapter'] as const;
export type View = (typeof views)[number];

/** Settings and selections that stand in the address, so that a link shows the same. Never texts or weights. */
const parameters = new URLSearchParams(location.search);
/** At most 95 times in 30 seconds: browsers refuse to replace the address more often than 100 times (Safari), or 200 (others). */
const PACE = { burst: 20, interval: 400 };

/** The query that the address has, or is about to have. */
let written = location.search;

const write = paced(PACE, (query: string) => history.replaceState(null, '', query || location.pathname));

/** A signal that is kept in the address under a name; the default stands in no address. */
export function inAddress<T extends string>(
  name: string,
  otherwise: T,
  accepts: (value: string) => value is T,
): Signal<T> {
  const given = parameters.get(name) ?? '';
  const value = signal(accepts(given) ? given : otherwise);
  effect(() => {
    if (value.value === otherwise) parameters.delete(name);
    else parameters.set(name, value.value);
    const query = `?${parameters}`.replace(/^\?$/, '');
    if (query === written) return;
    written = query;
    write(query);
  });
  return value;
}

/** Whether a value is one of a list. */
export function oneOf<T extends string>(all: readonly T[]): (value: string) => value is T {
  return (value): value is T => all.some((one) => one === value);
}

/** Whether a value has a form. */
export function matching(form: RegExp): (value: string) => value is string {
  return (value): value is string => form.test(value);
}

/** The view that is shown. */
export const view: Signal<View> = inAddress('view', 'unrolled', oneOf(views));

/** A whole number from 0 to `most` that is kept in the address under a name. */
export function numberInAddress(name: string, otherwise: number, most: number): Signal<number> {
  const accepts = (value: string): value is string => /^\d{1,7}$/.test(value) && Number(value) <= most;
  const text = inAddress(name, String(otherwise), accepts);
  const value = signal(Number(text.peek()));
  effect(() => {
    text.value = String(value.value);
  });
  return value;
}
