import { computed, type ReadonlySignal, type Signal } from '@preact/signals';
import { parseSetting, type Recipe, settings as table } from 'unrolled/recipe';
import { inAddress } from '../address.ts';

/** The settings that the page shows, in groups. The others have their defaults. */
export const groups = {
  model: ['cell', 'layers', 'hidden', 'wordvec', 'tied', 'dropout'],
  training: ['epochs', 'batch', 'time', 'stateful', 'optimizer', 'lr', 'clip', 'seed'],
  text: ['vocabSize', 'normalize'],
} as const satisfies Record<string, readonly (keyof Recipe)[]>;

export type Group = keyof typeof groups;
export type SettingName = (typeof groups)[Group][number];

const names = Object.values(groups).flat();

/** What was typed for each setting; empty: it is chosen automatically, or has its default. */
export const typed: ReadonlyMap<SettingName, Signal<string>> = new Map(
  names.map((name) => [name, inAddress(name, '', (value): value is string => value.length < 40)]),
);

/** What a wrong setting needs; null if it is right or empty. */
export function problemOf(name: SettingName): string | null {
  const text = typed.get(name)?.value ?? '';
  return text === '' || parseSetting(name, text) !== undefined ? null : table[name].kind.needs;
}

/** The settings that were typed, as a run takes them; null while one of them is wrong. */
export const given: ReadonlySignal<Partial<Recipe> | null> = computed(() => {
  if (names.some((name) => problemOf(name) !== null)) return null;
  const entries = [...typed].filter(([, text]) => text.value !== '');
  return Object.fromEntries(entries.map(([name, text]) => [name, parseSetting(name, text.value)]));
});
