import { computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { inAddress, oneOf, view } from '../../address.ts';
import type { Continued, Draft, NextTokens } from '../../engine/writing/calls.ts';
import { say } from '../../language/language.ts';
import { engine } from '../engine.ts';
import { Latest } from '../latest.ts';
import { model } from '../models.ts';
import { editedDraft, typedDraft } from './edited-draft.ts';
import { defaults, sampling, seed } from './sampling.ts';

/** Bars of next tokens. */
const BARS = 20;
/** How long one call draws before its tokens are shown, in milliseconds. */
const TURN = 60;
/** The most steps that can be undone. */
const MOST_UNDONE = 200;

export const lengths = ['20', '50', '100', '200', '500', '1000'] as const;
/** Tokens that Generate draws. */
export const length: Signal<(typeof lengths)[number]> = inAddress('draw-length', '100', oneOf(lengths));

/** The text that is being written: kept from view to view, never in the address. */
export const draft: Signal<Draft> = signal(typedDraft(say.peek().write.start));
/** The distribution of the next token; null until it is known. */
export const next: Signal<NextTokens | null> = signal(null);
/** Whether Generate is drawing. */
export const isGenerating: Signal<boolean> = signal(false);
export const error: Signal<string | null> = signal(null);

const undone: Signal<readonly Draft[]> = signal([]);
export const canUndo: ReadonlySignal<boolean> = computed(() => undone.value.length > 0);

/** The drawing under way. */
let drawing: AbortController = new AbortController();
const latest = new Latest();

/** What the calls about the draft need; null until a model is open. */
export function request() {
  return model.value && { model: model.value.id, draft: draft.value };
}

/** Replaces the text by what was typed. */
export function type(text: string): void {
  stop();
  if (text === draft.value.text) return;
  undone.value = [];
  draft.value = editedDraft(draft.value, text, defaults.value?.wholeWords ?? false);
}

/** Stops Generate; what was drawn stays. */
export function stop(): void {
  drawing.abort();
  isGenerating.value = false;
}

/** Takes back what was drawn or chosen last. */
export function undo(): void {
  stop();
  const before = undone.value.at(-1);
  if (!before) return;
  undone.value = undone.value.slice(0, -1);
  draft.value = before;
}

/** Changes the draft by calls to the engine, as one step of undo. */
async function change(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  stop();
  const mine = new AbortController();
  drawing = mine;
  error.value = null;
  const before = draft.value;
  try {
    await work(mine.signal);
  } catch (failure) {
    if (!mine.signal.aborted) error.value = (failure as Error).message;
  }
  if (draft.value !== before && draft.value.text.startsWith(before.text))
    undone.value = [...undone.value, before].slice(-MOST_UNDONE);
}

/** Calls the engine for more tokens, and shows them unless the text was changed meanwhile. */
async function extend(signal: AbortSignal, call: () => Promise<Continued>): Promise<Continued | null> {
  const before = draft.value;
  const continued = await call();
  if (signal.aborted || draft.value !== before) return null;
  draft.value = continued.draft;
  return continued;
}

/** Appends tokens that were chosen. */
export function take(ids: readonly number[]): Promise<void> {
  return change(async (signal) => {
    const given = request();
    if (given) await extend(signal, () => engine.callUntil(signal, 'appendTokens', { ...given, ids }));
  });
}

function draw(signal: AbortSignal, count: number, heal: boolean): Promise<Continued | null> {
  const [given, values] = [request(), sampling.value];
  if (!given || !values) return Promise.resolve(null);
  const settings = { sampling: values, seed: Number(seed.value), count, heal, milliseconds: TURN };
  return extend(signal, () => engine.callUntil(signal, 'drawTokens', { ...given, ...settings }));
}

/** Draws one token from the bars. */
export function drawOne(): Promise<void> {
  return change(async (signal) => void (await draw(signal, 1, false)));
}

/** Draws tokens, and shows them as they come. */
export function generate(): Promise<void> {
  return change(async (signal) => {
    isGenerating.value = true;
    let left = Number(length.value);
    let heal = true;
    try {
      while (left > 0 && !signal.aborted) {
        const continued = await draw(signal, left, heal);
        if (!continued || continued.ended) break;
        left -= continued.count;
        heal = false;
      }
    } finally {
      if (!signal.aborted) isGenerating.value = false;
    }
  });
}

async function readNext(): Promise<void> {
  const [given, values] = [request(), sampling.value];
  if (!given || !values || view.value !== 'write') return;
  try {
    const found = await latest.run((signal) =>
      engine.callUntil(signal, 'nextTokens', { ...given, sampling: values, count: BARS }),
    );
    if (found === null) return;
    next.value = found;
    error.value = null;
  } catch (failure) {
    next.value = null;
    error.value = (failure as Error).message;
  }
}

effect(() => void readNext());

// Another model reads the text with other tokens.
let shown: string | null = null;
effect(() => {
  const facts = model.value;
  if (!facts) return;
  stop();
  defaults.value = null;
  if (shown !== null && shown !== facts.id) {
    draft.value = typedDraft(draft.peek().text);
    undone.value = [];
  }
  shown = facts.id;
  void engine
    .call('writingDefaults', facts.id)
    .then((found) => {
      if (model.peek()?.id === facts.id) defaults.value = found;
    })
    .catch((failure: Error) => {
      error.value = failure.message;
    });
});
