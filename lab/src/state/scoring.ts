import { computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { inAddress, oneOf, view } from '../address.ts';
import type { ModelChoice } from '../engine/models/calls.ts';
import type {
  ScoreUnit,
  ScoringFacts,
  ScoringLayout,
  ScoringOutline,
  ScoringSource,
} from '../engine/scoring/calls.ts';
import { say } from '../language/language.ts';
import { encoding, textFile } from './encoding.ts';
import { engine, followProgress } from './engine.ts';
import { Latest } from './latest.ts';
import { choices, idInAddress, model } from './models.ts';
import { sentence } from './sentence.ts';
import * as openText from './text.ts';

export const units: readonly ScoreUnit[] = ['token', 'word', 'line'];
export const sources = ['sentence', 'valid', 'file'] as const;
/** Waits until nothing was typed for this long before the text is scored, in milliseconds. */
const PAUSE = 200;

/** What is coloured. */
export const by: Signal<ScoreUnit> = inAddress('by', 'token', oneOf(units));
/** The id of a second model; empty for none. */
export const other: Signal<string> = idInAddress('compare');
/** Whether the bits stand under the text. */
export const numbers: Signal<'off' | 'on'> = inAddress('numbers', 'off', oneOf(['off', 'on'] as const));
/** Which text is scored. A file is not in the address. */
export const source: Signal<(typeof sources)[number]> = signal('sentence');
/** The file that was opened last: its name, and how many were opened before it. */
export const file: Signal<{ readonly name: string; readonly count: number } | null> = signal(null);
/** The width of a row, in columns; the view measures it. */
export const columns: Signal<number> = signal(80);

export const facts: Signal<ScoringFacts | null> = signal(null);
export const outline: Signal<(ScoringOutline & { readonly layout: ScoringLayout }) | null> = signal(null);
export const error: Signal<string | null> = signal(null);
/** The share of the text that is scored, from 0 to 1; null when none is being scored. */
export const share: Signal<number | null> = signal(null);

/** The unit of the text: models with different tokens have no tokens to compare. */
export const unit: ReadonlySignal<ScoreUnit> = computed(() =>
  by.value === 'token' && facts.value?.comparison?.unit === 'character' ? 'word' : by.value,
);

export const layout: ReadonlySignal<ScoringLayout> = computed(() => ({
  by: unit.value,
  columns: columns.value,
  numbers: numbers.value === 'on',
}));

/** The second model; null for none. */
const second: ReadonlySignal<ModelChoice | null> = computed(
  () => choices.value.find(({ id }) => id === other.value && id !== model.value?.id) ?? null,
);

/** The names of the models whose scores are shown. */
export const names: ReadonlySignal<readonly string[]> = computed(() => {
  const shown = [model.value, second.value].slice(0, facts.value?.totals.length ?? 1);
  return shown.map((one) => (one ? say.value.models.choice[one.origin](one.name) : ''));
});

const opening = new Latest();
/** The file that was opened last, also where it could not be read. */
let newestFile: File | null = null;
const scoring = new Latest();
const outlining = new Latest();
let timer = 0;

/** Opens a file to be scored; a later one replaces it, also while it is still being opened. */
export async function openFile(contents: File): Promise<void> {
  error.value = null;
  newestFile = contents;
  try {
    const { name } = contents;
    const given = textFile(contents);
    const isOpen = await opening.run(async (abort) => {
      await engine.callUntil(abort, 'openScoringFile', given);
      return true;
    });
    if (!isOpen) return;
    file.value = { name, count: (file.peek()?.count ?? 0) + 1 };
    source.value = 'file';
  } catch (failure) {
    error.value = (failure as Error).message;
  }
}

effect(() => {
  if (encoding.value && newestFile) void openFile(newestFile);
});

/** Ends the scoring under way; what has been read so far is shown. */
export function stop(): void {
  void engine.call('stopScoring');
}

async function score(models: readonly string[], from: ScoringSource): Promise<void> {
  error.value = null;
  share.value = 0;
  try {
    const found = await scoring.run((abort) =>
      engine.callUntil(abort, 'scoreText', { source: from, models }),
    );
    if (found === null) return;
    facts.value = found;
  } catch (failure) {
    error.value = (failure as Error).message;
    facts.value = null;
  }
  share.value = null;
}

followProgress('scoring', share);

/** Whether the open text is read, and has a validation part that is one text. */
export const hasValid: ReadonlySignal<boolean> = computed(() => {
  const { facts: open, reading } = openText;
  return (
    reading.value === null && open.value !== null && open.value.items === null && open.value.validTokens > 0
  );
});

// Another text may have no such part.
effect(() => {
  const isRead = openText.reading.value === null && openText.facts.value !== null;
  if (source.value === 'valid' && isRead && !hasValid.value) source.value = 'sentence';
});

/** What there is to score; null if there is none. */
const wanted: ReadonlySignal<ScoringSource | null> = computed(() => {
  if (source.value === 'sentence') {
    // Spaces alone may be tokens.
    return sentence.value === '' ? null : { kind: 'text', text: sentence.value };
  }
  if (source.value === 'valid') return hasValid.value ? { kind: 'valid' } : null;
  return file.value && { kind: 'file' };
});

effect(() => {
  if (view.value !== 'read') return;
  const [first, from] = [model.value?.id, wanted.value];
  const others = second.value ? [second.value.id] : [];
  clearTimeout(timer);
  if (first === undefined || from === null) {
    scoring.cancel();
    facts.value = share.value = error.value = null;
    return;
  }
  timer = window.setTimeout(() => void score([first, ...others], from), facts.peek() ? PAUSE : 0);
});

effect(() => {
  const wish = layout.value;
  if (facts.value === null) {
    outlining.cancel();
    outline.value = null;
    return;
  }
  void outlining
    .run(() => engine.call('outline', wish))
    .then((found) => {
      if (found) outline.value = { ...found, layout: wish };
    });
});
