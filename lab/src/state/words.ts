import { computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { inAddress, matching, oneOf, view } from '../address.ts';
import type {
  Neighbours,
  SimilarToken,
  VectorTable,
  VocabularyToken,
  WordMap,
} from '../engine/words/calls.ts';
import { engine } from './engine.ts';
import { Latest } from './latest.ts';
import { model, named } from './models.ts';

/** The neighbours that are shown. */
const NEIGHBOURS = 12;
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
export const word: Signal<string> = inAddress('word', '', matching(/^\d{1,6}$/));

/** What was found in a model. */
interface Found<T> {
  readonly model: string;
  readonly answer: T;
}

const foundMap: Signal<Found<WordMap> | null> = signal(null);
const foundNeighbours: Signal<Found<Neighbours> | null> = signal(null);
const foundAnalogy: Signal<Found<readonly SimilarToken[]> | null> = signal(null);

/** What was found, while the header names the model that it was found in; else null. */
function ofNamed<T>(found: Signal<Found<T> | null>): ReadonlySignal<T | null> {
  return computed(() => (found.value?.model === named.value ? found.value.answer : null));
}

export const map: ReadonlySignal<WordMap | null> = ofNamed(foundMap);
export const neighbours: ReadonlySignal<Neighbours | null> = ofNamed(foundNeighbours);
export const analogy: ReadonlySignal<readonly SimilarToken[] | null> = ofNamed(foundAnalogy);
/** a, b and c of the analogy: a is to b as c is to … */
export const terms: Signal<readonly [number | null, number | null, number | null]> = signal([
  null,
  null,
  null,
]);
export const error: Signal<string | null> = signal(null);

const [mapping, finding, relating] = [new Latest(), new Latest(), new Latest()];

/** Runs a call about a model; its error is shown. */
async function show<T>(
  latest: Latest,
  { model: id }: { readonly model: string },
  call: (signal: AbortSignal) => Promise<T>,
  target: Signal<Found<T> | null>,
): Promise<void> {
  error.value = null;
  try {
    const found = await latest.run(call);
    if (found !== null) target.value = { model: id, answer: found };
  } catch (failure) {
    error.value = (failure as Error).message;
    target.value = null;
  }
}

effect(() => {
  const [facts, from, count] = [model.value, table.value, Number(most.value)];
  if (view.value !== 'words' || !facts) return;
  const request = { model: facts.id, table: from, most: count };
  void show(mapping, request, (abort) => engine.callUntil(abort, 'wordMap', request), foundMap);
});

effect(() => {
  const [facts, from, found] = [model.value, table.value, map.value];
  if (view.value !== 'words' || !facts || !found) return;
  const chosen = word.value === '' ? typical(found) : Number(word.value);
  const id = chosen < found.facts.vocabSize ? chosen : typical(found);
  const request = { model: facts.id, table: from, id, most: NEIGHBOURS };
  void show(finding, request, (abort) => engine.callUntil(abort, 'neighbours', request), foundNeighbours);
});

effect(() => {
  const [facts, from, [a, b, c]] = [model.value, table.value, terms.value];
  if (view.value !== 'words' || !facts || a === null || b === null || c === null) {
    relating.cancel();
    foundAnalogy.value = null;
    return;
  }
  const request = { model: facts.id, table: from, a, b, c, most: 5 };
  void show(relating, request, (abort) => engine.callUntil(abort, 'analogy', request), foundAnalogy);
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
