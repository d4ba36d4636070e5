import { effect, type Signal, signal } from '@preact/signals';
import { inAddress, oneOf, view } from '../address.ts';
import type { SimilarToken, VectorTable, VocabularyToken, WordMap } from '../engine/words/calls.ts';
import { engine } from './engine.ts';
import { Latest } from './latest.ts';
import { model } from './models.ts';

/** The neighbours that are shown. */
export const NEIGHBOURS = 12;
/** The fewest and the most tokens of the map. */
export const [FEWEST, MOST] = [50, 2000];

export const tables: readonly VectorTable[] = ['input', 'output'];

export const table: Signal<VectorTable> = inAddress('vectors', 'input', oneOf(tables));
/** The number of tokens of the map. */
export const most: Signal<string> = inAddress('frequent', '300', (value): value is string => {
  const number = Number(value);
  return Number.isInteger(number) && number >= FEWEST && number <= MOST;
});
/** The id of the selected token; empty: a frequent one. */
export const word: Signal<string> = inAddress('word', '', (value): value is string =>
  /^\d{1,6}$/.test(value),
);

export const map: Signal<WordMap | null> = signal(null);
export const neighbours: Signal<{
  readonly of: VocabularyToken;
  readonly nearest: readonly SimilarToken[];
} | null> = signal(null);
/** a, b and c of the analogy: a is to b as c is to … */
export const terms: Signal<readonly [number | null, number | null, number | null]> = signal([
  null,
  null,
  null,
]);
export const analogy: Signal<readonly SimilarToken[]> = signal([]);
export const error: Signal<string | null> = signal(null);

const [mapping, finding, relating] = [new Latest(), new Latest(), new Latest()];

/** Runs a call; its error is shown. */
async function show<T>(
  latest: Latest,
  call: (signal: AbortSignal) => Promise<T>,
  target: Signal<T | null>,
): Promise<void> {
  error.value = null;
  try {
    const found = await latest.run(call);
    if (found !== null) target.value = found;
  } catch (failure) {
    error.value = (failure as Error).message;
    target.value = null;
  }
}

effect(() => {
  const [facts, from, count] = [model.value, table.value, Number(most.value)];
  if (view.value !== 'words' || !facts) return;
  const request = { model: facts.id, table: from, most: count };
  void show(mapping, (abort) => engine.callUntil(abort, 'wordMap', request), map);
});

effect(() => {
  const [facts, from, found] = [model.value, table.value, map.value];
  if (view.value !== 'words' || !facts || !found) return;
  const chosen = word.value === '' ? typical(found) : Number(word.value);
  const id = chosen < found.facts.vocabSize ? chosen : typical(found);
  const request = { model: facts.id, table: from, id, most: NEIGHBOURS };
  void show(finding, (abort) => engine.callUntil(abort, 'neighbours', request), neighbours);
});

effect(() => {
  const [facts, from, [a, b, c]] = [model.value, table.value, terms.value];
  if (view.value !== 'words' || !facts || a === null || b === null || c === null) {
    analogy.value = [];
    return;
  }
  const request = { model: facts.id, table: from, a, b, c, most: 5 };
  void show(
    relating,
    (abort) => engine.callUntil(abort, 'analogy', request),
    analogy as Signal<readonly SimilarToken[] | null>,
  );
});

let shown = '';
effect(() => {
  const id = model.value?.id ?? '';
  if (shown !== '' && id !== shown) {
    word.value = '';
    terms.value = [null, null, null];
  }
  if (id !== '') shown = id;
});

/** A frequent token that is a word of some length, if there is one. */
function typical({ tokens }: WordMap): number {
  const isWord = ({ token }: VocabularyToken) => /^\s?\p{L}{3,}$/u.test(token) || /^[가-힣]{2,}$/.test(token);
  return (tokens.find(isWord) ?? tokens[0]).id;
}
