import { computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { inAddress, oneOf } from './address.ts';

type Theme = 'system' | 'light' | 'dark';

const theme: Signal<Theme> = inAddress('theme', 'system', oneOf<Theme>(['system', 'light', 'dark']));
const query = matchMedia('(prefers-color-scheme: dark)');
const systemIsDark: Signal<boolean> = signal(query.matches);
query.addEventListener('change', () => {
  systemIsDark.value = query.matches;
});

/** The colours of the page, also for what is drawn on a canvas. */
export const colourScheme: ReadonlySignal<'light' | 'dark'> = computed(() =>
  theme.value !== 'system' ? theme.value : systemIsDark.value ? 'dark' : 'light',
);

effect(() => {
  const { dataset } = document.documentElement;
  if (theme.value === 'system') delete dataset.theme;
  else dataset.theme = theme.value;
});

/** Switches between light and dark. */
export function switchTheme(): void {
  theme.value = colourScheme.value === 'dark' ? 'light' : 'dark';
}
