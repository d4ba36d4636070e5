import { batch, computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { ModelFacts } from '../engine/models/calls.ts';
import type { Edits, ReadingFacts } from '../engine/reading/calls.ts';
import { engine, followProgress } from './engine.ts';
import { Latest } from './latest.ts';
import { model } from './models.ts';
import { sentence } from './sentence.ts';

/** Waits until nothing was typed for this long before the text is read, in milliseconds. */
const PAUSE = 200;

const none: Edits = { replaced: [], cuts: [] };

/** What the model reads: the sentence, or the text that it was trained on (without one: that of the view Text). */
export const source: Signal<'sentence' | 'training'> = signal('sentence');
/** A model, and the text that it is to read; null: the text of `source` `training`. */
interface Wanted {
  readonly facts: ModelFacts;
  readonly text: string | null;
}

/** What is to be read; null without a model. */
const wanted: ReadonlySignal<Wanted | null> = computed(
  () => model.value && { facts: model.value, text: source.value === 'training' ? null : sentence.value },
);
/** What `original` was read from, or what could not be read. */
const settled: Signal<Wanted | null> = signal(null);

/** What is changed in the text. */
export const edits: Signal<Edits> = signal(none);
/** The text as the model has read it, without changes; null until it has. */
export const original: Signal<ReadingFacts | null> = signal(null);
/** The text as the model has read it, with the changes. */
export const reading: Signal<ReadingFacts | null> = signal(null);
export const error: Signal<string | null> = signal(null);
/** The share of the text that is read, from 0 to 1; null when the model does not read. */
export const share: Signal<number | null> = signal(null);
/** Whether the text is changed. */
export const isEdited: ReadonlySignal<boolean> = computed(
  () => edits.value.replaced.length > 0 || edits.value.cuts.length > 0,
);

/** Whether the readings are still those of the model or the text before: nothing can be changed in them. */
export const isBehind: ReadonlySignal<boolean> = computed(() => wanted.value !== settled.value);
/** Whether the readings are about to be replaced. */
export const isBusy: ReadonlySignal<boolean> = computed(() => isBehind.value || share.value !== null);

const latest = new Latest();
let timer = 0;

/** Replaces a token of the text by another one. */
export function replaceToken(token: number, id: number): void {
  if (isBehind.value) return;
  const others = edits.value.replaced.filter((one) => one.token !== token);
  const isOriginal = original.value?.ids[token] === id;
  edits.value = { ...edits.value, replaced: isOriginal ? others : [...others, { token, id }] };
}

/** Sets h and c to 0 before a token, or no longer. */
export function toggleCut(token: number): void {
  if (isBehind.value) return;
  const { cuts } = edits.value;
  const isCut = cuts.includes(token);
  edits.value = { ...edits.value, cuts: isCut ? cuts.filter((one) => one !== token) : [...cuts, token] };
}

/** Back to the text as it was. */
export function undoEdits(): void {
  edits.value = none;
}

/** Reads what is wanted, with changes; the last call counts. */
async function read(what: Wanted, changes: Edits): Promise<void> {
  error.value = null;
  share.value = 0;
  const request = { model: what.facts.id, text: what.text, edits: changes };
  try {
    const facts = await latest.run((signal) => engine.callUntil(signal, 'read', request));
    if (facts !== null) batch(() => finish(what, changes, facts));
  } catch (failure) {
    batch(() => {
      error.value = (failure as Error).message;
      share.value = null;
      reading.value = original.value = null;
      settled.value = what;
    });
  }
}

function finish(what: Wanted, changes: Edits, facts: ReadingFacts): void {
  if (changes === none) {
    forget(original.value);
    original.value = facts;
    settled.value = what;
  }
  show(facts);
  share.value = null;
}

/** Shows a reading; a changed one before it is no longer needed. */
function show(facts: ReadingFacts | null): void {
  const before = reading.peek();
  if (before?.id !== original.peek()?.id) forget(before);
  reading.value = facts;
}

function forget(facts: ReadingFacts | null): void {
  if (facts) void engine.call('forgetReading', facts.id);
}

followProgress('reading', share);

effect(() => {
  const what = wanted.value;
  if (!what) return;
  clearTimeout(timer);
  edits.value = none;
  timer = window.setTimeout(() => void read(what, none), original.peek() ? PAUSE : 0);
});

effect(() => {
  const changes = edits.value;
  const [what, before] = [wanted.peek(), original.peek()];
  if (!what || !before) return;
  if (changes === none) {
    latest.cancel();
    share.value = null;
    show(before);
    return;
  }
  void read(what, changes);
});
