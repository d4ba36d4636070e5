import { computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { inAddress, matching, oneOf } from '../address.ts';
import { CallError } from '../engine/client.ts';
import type { TextFacts, TextSettings, TokenPage, TokensChoice } from '../engine/text/calls.ts';
import { encoding, textFile } from './encoding.ts';
import { engine, followProgress, onStart } from './engine.ts';
import { normalize, vocabSize } from './recipe.ts';

export const tokenKinds: readonly TokensChoice[] = ['auto', 'word', 'char', 'byte', 'bpe'];
export const itemSplits = ['none', 'line', 'blank-line', 'jsonl'] as const;
export const validShares = ['0.05', '0.1', '0.2'] as const;

/** Characters of a file in the text box; the box shows only the beginning of a longer one. */
export const EDITABLE = 20_000;
/** What is typed or pasted may be this long before the box shows only its beginning. */
const MOST_TYPED = 2 * EDITABLE;
/** Characters of one part of the stage. */
export const PART = 6_000;

/** The texts that come with the page. */
export const samples = ['speeches.txt.gz', 'udhr-ko.txt'] as const;

/** The sample that is open, or the one that a first visit opens. */
export const sample: Signal<(typeof samples)[number]> = inAddress('sample', samples[0], oneOf(samples));
export const tokens: Signal<TokensChoice> = inAddress('tokens', 'auto', oneOf(tokenKinds));
export const items: Signal<(typeof itemSplits)[number]> = inAddress('items', 'none', oneOf(itemSplits));
/** The key of the text in each JSON line, of items that are JSON lines. */
export const jsonKey: Signal<string> = inAddress('key', 'text', matching(/^.{1,80}$/s));
/** Whether lines that are not such JSON are skipped. */
export const skipBad: Signal<'off' | 'on'> = inAddress('skip-bad', 'off', oneOf(['off', 'on'] as const));
export const validShare: Signal<(typeof validShares)[number]> = inAddress('valid', '0.1', oneOf(validShares));

/** The settings of the text, as the engine takes them. */
export const settings: ReadonlySignal<TextSettings> = computed(() => ({
  tokens: tokens.value,
  validFraction: Number(validShare.value),
  ...(items.value !== 'none' && {
    items: items.value === 'jsonl' ? (`jsonl:${jsonKey.value}` as const) : items.value,
  }),
  ...(items.value === 'jsonl' && { skipBad: skipBad.value === 'on' }),
  ...(vocabSize.value !== undefined && { vocabSize: vocabSize.value }),
  ...(normalize.value !== undefined && { normalize: normalize.value }),
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

/** What is typed is read when nothing was typed for this long, in milliseconds. */
const TYPING_PAUSE = 200;

/** The names of the files that are being opened; null when none are. */
export const opening: Signal<string | null> = signal(null);

/** Opens a text in the engine. A later change may have begun since; it aborts the signal. */
type Open = (isNewest: () => boolean, signal: AbortSignal) => Promise<unknown>;

let newest = 0;
/** What opens the text that the page shows, also in an engine that is started again; null without a text. */
let latest: Open | null = null;
/** What opened the text that the engine has. */
let opened: Open | null = null;
/** What opened the text whose facts are shown; null if none are. */
let settled: Open | null = null;
/** What could not be opened, so that the text before stayed; another encoding may open it. Null if nothing. */
let refused: Open | null = null;
let underWay: AbortController = new AbortController();
let previous: Promise<void> = Promise.resolve();

/**
 * Opens a text, one after the other, so that the engine has the text that the page shows: the last one.
 * @param message shown meanwhile and afterwards, unless opening fails
 */
function change(open: Open, message: string | null = null): Promise<void> {
  latest = open;
  const mine = begin();
  error.value = message;
  reading.value = 0;
  const { signal } = underWay;
  previous = previous.then(() => (mine === newest ? read(mine, open, signal) : undefined));
  return previous;
}

/** Begins a change, which ends the one under way. Returns its number. */
function begin(): number {
  underWay.abort();
  underWay = new AbortController();
  opening.value = refused = null;
  return ++newest;
}

/** Back to the text that was shown before files were opened that are still being read. */
export function cancelOpening(): void {
  if (opening.peek() === null) return;
  if (settled) void change(settled);
  else showNothing();
}

/** Shows no text. */
function showNothing(): void {
  begin();
  latest = settled = null;
  facts.value = part.value = error.value = reading.value = null;
}

/** Opens a text and reads its tokens. An error is shown, unless another change follows; the text before stays if it can. */
async function read(mine: number, open: Open, signal: AbortSignal): Promise<void> {
  try {
    if (open !== opened) {
      opened = null;
      await open(() => mine === newest, signal);
      if (mine !== newest) return;
      opened = open;
    }
    const found = await engine.call('facts', settings.value);
    const first = await engine.call('tokens', { start: 0, length: PART });
    if (mine !== newest) return;
    facts.value = found;
    part.value = first;
    settled = open;
  } catch (failure) {
    if (mine !== newest) return;
    const { message } = failure as Error;
    if (open !== opened && isOfText(failure) && settled !== null && settled !== open) {
      void change(settled, message);
      refused = open;
      return;
    }
    error.value = message;
    facts.value = part.value = settled = null;
  } finally {
    if (mine === newest) reading.value = opening.value = null;
  }
}

/** Whether an error is that of a text or a file. An engine that has stopped has no text any more. */
function isOfText(failure: unknown): boolean {
  return !(failure instanceof CallError && failure.code === 'thread-failed');
}

/**
 * Opens what was typed or pasted, after a pause in typing. Whatever is being opened no longer changes the box, from the
 * first key on.
 */
export function openTyped(text: string): Promise<void> {
  isCut.value = text.length > MOST_TYPED;
  draft.value = isCut.value ? text.slice(0, EDITABLE) : text;
  if (text.trim() === '') {
    showNothing();
    return Promise.resolve();
  }
  return change(async (isNewest) => {
    await new Promise((resolve) => setTimeout(resolve, TYPING_PAUSE));
    if (isNewest()) await engine.call('openText', { name: 'text', text });
  });
}

/** Opens files, the beginning of which is then shown in the box. */
export function openFiles(files: readonly File[]): Promise<void> {
  return change(async (isNewest, signal) => {
    opening.value = files.map(({ name }) => name).join(', ');
    await engine.callUntil(signal, 'openFiles', files.map(textFile));
    if (isNewest()) opening.value = null;
    await showStart(isNewest);
  });
}

/** Opens a sample of this site. */
export function openSample(name: (typeof samples)[number]): Promise<void> {
  sample.value = name;
  return change((isNewest) => fetchSample(name, isNewest));
}

async function fetchSample(name: string, isNewest: () => boolean): Promise<void> {
  const response = await fetch(`./samples/${name}`);
  if (!response.ok)
    throw new Error(`${name}: the server answered ${response.status}; the sample is missing there.`);
  await engine.call('openSample', { name, contents: await response.blob() });
  await showStart(isNewest);
}

/** Opens the text on which a run trains. */
export function openRunText(name: string): Promise<void> {
  return change(async (isNewest) => {
    await engine.call('openRunText', name);
    await showStart(isNewest);
  });
}

/** Opens what the last visit had opened, else a sample. */
function openFirst(): Promise<void> {
  return change(async (isNewest) => {
    if (await engine.call('openKept')) await showStart(isNewest);
    else if (isNewest()) await fetchSample(sample.peek(), isNewest);
  });
}

async function showStart(isNewest: () => boolean): Promise<void> {
  const start = await engine.call('textStart', EDITABLE);
  if (!isNewest()) return;
  draft.value = start;
  isCut.value = start.length === EDITABLE;
}

/** Shows the part of the text that begins at a position. */
export async function showPart(start: number): Promise<void> {
  part.value = await engine.call('tokens', { start: Math.max(0, start), length: PART });
}

followProgress('text', reading);

onStart(() => {
  opened = null; // a new engine has no text
  if (latest) void change(latest);
  else if (draft.value === '') void openFirst();
});

let shown = [settings.peek(), encoding.peek()];
effect(() => {
  const [before, now] = [shown, [settings.value, encoding.value]];
  if (now.every((one, i) => one === before[i])) return;
  shown = now;
  if (now[1] !== before[1]) opened = null; // files are read again
  if (refused && now[1] !== before[1]) void change(refused);
  else if (latest) void change(latest);
});
