import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { inAddress } from '../../address.ts';
import type { SamplingValues, WritingDefaults } from '../../engine/writing/calls.ts';

/** A value of sampling: what its slider reaches, and what the library accepts. */
interface SamplingField {
  readonly parameter: string;
  readonly from: number;
  readonly to: number;
  readonly step: number;
  accepts(value: number): boolean;
}

const isCount = (from: number) => (value: number) => Number.isSafeInteger(value) && value >= from;

/** The values of sampling, in the order in which they apply, with their parameters in the address. */
export const fields: Readonly<Record<keyof SamplingValues, SamplingField>> = {
  repetitionPenalty: {
    ...{ parameter: 'repetition-penalty', from: 0.5, to: 3, step: 0.05 },
    accepts: (value) => value >= 0.01 && value <= 100,
  },
  repetitionWindow: { parameter: 'repetition-window', from: 1, to: 512, step: 1, accepts: isCount(1) },
  temperature: { parameter: 'temperature', from: 0, to: 3, step: 0.05, accepts: (value) => value >= 0 },
  topK: { parameter: 'top-k', from: 0, to: 100, step: 1, accepts: isCount(0) },
  topP: {
    ...{ parameter: 'top-p', from: 0.01, to: 1, step: 0.01 },
    accepts: (value) => value > 0 && value <= 1,
  },
  minP: {
    ...{ parameter: 'min-p', from: 0, to: 1, step: 0.01 },
    accepts: (value) => value >= 0 && value <= 1,
  },
  typical: {
    ...{ parameter: 'typical', from: 0.01, to: 1, step: 0.01 },
    accepts: (value) => value > 0 && value <= 1,
  },
};
export type SamplingName = keyof typeof fields;
export const samplingNames = Object.keys(fields) as SamplingName[];

const isNumber = (value: string): value is string => value.length < 20 && Number.isFinite(Number(value));

/** What was typed for each value; empty: the default of the model. */
export const typed: ReadonlyMap<SamplingName, Signal<string>> = new Map(
  samplingNames.map((name) => [name, inAddress(fields[name].parameter, '', isNumber)]),
);

/** Whether a text is a seed, as `unrolled generate --seed` takes it. */
export function isSeed(text: string): text is string {
  return /^\d{1,10}$/.test(text) && Number(text) < 2 ** 32;
}

/** The seed that tokens are drawn with. */
export const seed: Signal<string> = inAddress('draw-seed', '1', isSeed);

/** The defaults of the model that is shown; null until they are known. */
export const defaults: Signal<WritingDefaults | null> = signal(null);

/** Whether what was typed for a value is wrong. */
export function isWrong(name: SamplingName): boolean {
  const text = typed.get(name)?.value ?? '';
  return text !== '' && !(isNumber(text) && fields[name].accepts(Number(text)));
}

/** The values that tokens are drawn with; wrong ones have their default. */
export const sampling: ReadonlySignal<SamplingValues | null> = computed(() => {
  const given = defaults.value?.sampling;
  if (!given) return null;
  const entries = samplingNames.map((name) => {
    const text = typed.get(name)?.value ?? '';
    return [name, text === '' || isWrong(name) ? given[name] : Number(text)];
  });
  return Object.fromEntries(entries) as SamplingValues;
});

/** Whether any value differs from the defaults. */
export const isChanged: ReadonlySignal<boolean> = computed(() =>
  [...typed.values()].some((text) => text.value !== ''),
);

export function setValue(name: SamplingName, text: string): void {
  const value = typed.get(name) as Signal<string>;
  value.value = text !== '' && Number(text) === defaults.value?.sampling[name] ? '' : text;
}

/** Back to the defaults of the model. */
export function resetSampling(): void {
  for (const text of typed.values()) text.value = '';
}
