import { computed, effect, type ReadonlySignal, type Signal } from '@preact/signals';
import { inAddress, oneOf } from '../address.ts';
import { withNames } from '../engine/option-marks.ts';
import { en } from './en.ts';
import { ko } from './ko.ts';
import { percentText } from './number-texts.ts';

const texts = { en, ko };
export type Language = keyof typeof texts;

const ofBrowser: Language = navigator.language.startsWith('ko') ? 'ko' : 'en';

/** The language of the page: that of the address, else that of the browser. */
export const language: Signal<Language> = inAddress('lang', ofBrowser, oneOf(['en', 'ko']));

/** The texts of the page. */
export const say: ReadonlySignal<typeof en> = computed(() => texts[language.value]);

effect(() => {
  document.documentElement.lang = language.value;
});

/** A message of the engine, with the page's names of the settings that it marks. */
export function inPageWords(message: string): string {
  const { settings, resume } = say.value.train;
  const { encoding, settings: title } = say.value.text;
  const { text, train } = say.value.page.views;
  const names: Readonly<Record<string, string>> = {
    ...{ ...settings, resume, encoding, settings: title },
    ...{ text, train },
  };
  return withNames(message, (option) => names[option] ?? option);
}

/** A whole number with separators, as the language writes it. */
export function number(value: number): string {
  return value.toLocaleString(language.value);
}

/** A number with three or four digits that matter: 71.7, 5.88, 1,204. */
export function figure(value: number): string {
  const digits = value >= 1000 ? 0 : value >= 100 ? 1 : value >= 10 ? 2 : 3;
  return value.toLocaleString(language.value, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

export function percent(value: number): string {
  return percentText(value, language.value);
}

/** `50.3 MB`. */
export function bytes(value: number): string {
  const [unit, size] = value >= 1e6 ? (['MB', 1e6] as const) : (['kB', 1e3] as const);
  return `${(value / size).toLocaleString(language.value, { maximumFractionDigits: 1 })} ${unit}`;
}

/** `0:48`, `12:05`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
