import { computed, type ReadonlySignal, type Signal } from '@preact/signals';
import { parseSetting, type Recipe, settings as table } from 'unrolled/recipe';
import { inAddress } from '../address.ts';
import type { Needs } from '../language/needs.ts';

/** The settings that the page shows, in groups. The others have their defaults. */
export const groups = {
  model: ['cell', 'layers', 'hidden', 'wordvec', 'tied', 'dropout', 'initEmbedding', 'outputBias'],
  training: ['epochs', 'batch', 'time', 'stateful', 'optimizer', 'lr', 'schedule', 'clip', 'seed'],
  text: ['vocabSize', 'normalize'],
} as const satisfies Record<string, readonly (keyof Recipe)[]>;

export type Group = keyof typeof groups;
export type SettingName = (typeof groups)[Group][number];

const names = Object.values(groups).flat();

/** What was typed for each setting; empty: it is chosen automatically, or has its default. */
export const typed: ReadonlyMap<SettingName, Signal<string>> = new Map(
  names.map((name) => [name, inAddress(name, '', (value): value is string => value.length < 40)]),
);

/** The kind of value that a wrong setting needs; null if it is right or empty. */
export function problemOf(name: SettingName): Needs | null {
  const text = typed.get(name)?.value ?? '';
  return text === '' || parseSetting(name, text) !== undefined ? null : table[name].kind;
}

/** The settings that were typed, as a run takes them; null while one of them is wrong. */
export const given: ReadonlySignal<Partial<Recipe> | null> = computed(() => {
  if (names.some((name) => problemOf(name) !== null)) return null;
  const entries = [...typed].filter(([, text]) => text.value !== '');
  return Object.fromEntries(entries.map(([name, text]) => [name, parseSetting(name, text.value)]));
});

/** Those of the settings that determine the tokens of a text, as the view Text reads it; undefined where nothing was typed. */
export const vocabSize: ReadonlySignal<Recipe['vocabSize'] | undefined> = computed(
  () => given.value?.vocabSize,
);
export const normalize: ReadonlySignal<Recipe['normalize']> = computed(() => given.value?.normalize);
