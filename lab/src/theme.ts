import { effect, type Signal } from '@preact/signals';
import { inAddress, oneOf } from './address.ts';

type Theme = 'system' | 'light' | 'dark';

const theme: Signal<Theme> = inAddress('theme', 'system', oneOf<Theme>(['system', 'light', 'dark']));
const prefersDark = matchMedia('(prefers-color-scheme: dark)');

effect(() => {
  const { dataset } = document.documentElement;
  if (theme.value === 'system') delete dataset.theme;
  else dataset.theme = theme.value;
});

/** Whether the page is dark, for what is drawn on a canvas. */
export function isDark(): boolean {
  return theme.value === 'system' ? prefersDark.matches : theme.value === 'dark';
}

/** Switches between light and dark. */
export function switchTheme(): void {
  theme.value = isDark() ? 'light' : 'dark';
}
