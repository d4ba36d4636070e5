import { computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { inAddress, oneOf } from '../address.ts';
import type { TextFacts, TextSettings, TokenPage, TokensChoice } from '../engine/calls.ts';
import { engine, onBroadcast, onStart } from './engine.ts';

export const tokenKinds: readonly TokensChoice[] = ['auto', 'word', 'char', 'byte', 'bpe'];
export const itemSplits = ['none', 'line', 'blank-line', 'jsonl'] as const;
export const validShares = ['0.05', '0.1', '0.2'] as const;

/** Characters of the text in its box; a longer text is cut there. */
export const EDITABLE = 20_000;
/** Characters of one part of the stage. */
export const PART = 6_000;

/** The texts that come with the page. */
export const samples = ['speeches.txt.gz', 'udhr-ko.txt'] as const;

/** The sample that is open, or the one that a first visit opens. */
export const sample: Signal<(typeof samples)[number]> = inAddress('sample', samples[0], oneOf(samples));
export const tokens: Signal<TokensChoice> = inAddress('tokens', 'auto', oneOf(tokenKinds));
export const items: Signal<(typeof itemSplits)[number]> = inAddress('items', 'none', oneOf(itemSplits));
/** The key of the text in each JSON line, of items that are JSON lines. */
export const jsonKey: Signal<string> = inAddress('key', 'text', (value): value is string =>
  /^.{1,80}$/s.test(value),
);
export const validShare: Signal<(typeof validShares)[number]> = inAddress('valid', '0.1', oneOf(validShares));

/** The settings of the text, as the engine takes them. */
export const settings: ReadonlySignal<TextSettings> = computed(() => ({
  tokens: tokens.value,
  items: items.value === 'none' ? null : items.value === 'jsonl' ? `jsonl:${jsonKey.value}` : items.value,
  validFraction: Number(validShare.value),
  vocabSize: null,
}));

/** What stands in the text box. */
export const draft: Signal<string> = signal('');
/** Whether the box shows only the beginning of the text. */
export const isCut: Signal<boolean> = signal(false);
export const facts: Signal<TextFacts | null> = signal(null);
export const part: Signal<TokenPage | null> = signal(null);
export const error: Signal<string | null> = signal(null);
/** The share of the work that is done, from 0 to 1; null when there is none. */
export const reading: Signal<number | null> = signal(null);

let newest = 0;

/** Runs a change of the text; the last one wins, and its error is shown. */
async function change(open: () => Promise<unknown>): Promise<void> {
  const mine = ++newest;
  error.value = null;
  reading.value = 0;
  try {
    await open();
    const found = await engine.call('facts', settings.value);
    if (mine !== newest) return;
    facts.value = found;
    part.value = await engine.call('tokens', { start: 0, length: PART });
  } catch (failure) {
    if (mine !== newest) return;
    error.value = (failure as Error).message;
    facts.value = null;
    part.value = null;
  } finally {
    if (mine === newest) reading.value = null;
  }
}

/** Opens what was typed or pasted. */
export function openTyped(text: string): Promise<void> {
  draft.value = text;
  isCut.value = false;
  if (text.trim() === '') {
    newest++;
    facts.value = part.value = error.value = reading.value = null;
    return Promise.resolve();
  }
  return change(() => engine.call('openText', { name: 'text', text }));
}

/** Opens a file, whose beginning is then shown in the box. */
export function openFile(file: File): Promise<void> {
  return change(async () => {
    await engine.call('openFile', { name: file.name, bytes: await file.arrayBuffer() });
    draft.value = await engine.call('textStart', EDITABLE);
    isCut.value = draft.value.length === EDITABLE;
  });
}

/** Opens a sample of this site. */
export async function openSample(name: (typeof samples)[number]): Promise<void> {
  sample.value = name;
  const response = await fetch(`./samples/${name}`);
  if (response.ok) return openFile(new File([await response.blob()], name));
  error.value = `${name}: the server answered ${response.status}; the sample is missing there.`;
}

/** Shows the part of the text that begins at a position. */
export async function showPart(start: number): Promise<void> {
  part.value = await engine.call('tokens', { start: Math.max(0, start), length: PART });
}

onBroadcast((message) => {
  if (message.kind === 'progress' && reading.value !== null) reading.value = message.share;
});

onStart(() => {
  if (draft.value === '') void openSample(sample.value);
  else void openTyped(draft.value);
});

let shown = settings.peek();
effect(() => {
  if (settings.value === shown) return;
  shown = settings.value;
  if (draft.peek() !== '') void change(() => Promise.resolve());
});
