import { effect, type Signal, signal } from '@preact/signals';
import { view } from '../../address.ts';
import { Latest } from '../latest.ts';

/** A result of the engine that depends on what is selected: the newest question counts. */
export interface Answer<Question, Result> {
  /** The last result; null while there is none for a first question, or no question. */
  readonly result: Signal<Result | null>;
  /** The question that the result answers. */
  readonly question: Signal<Question | null>;
  readonly error: Signal<string | null>;
  readonly isWorking: Signal<boolean>;
}

/**
 * Asks the engine again whenever the question changes, while the view Unrolled is shown. `question` reads signals; null: there
 * is nothing to ask.
 */
export function answer<Question, Result>(
  question: () => Question | null,
  ask: (question: Question, signal: AbortSignal) => Promise<Result>,
): Answer<Question, Result> {
  const made = {
    result: signal<Result | null>(null),
    question: signal<Question | null>(null),
    error: signal<string | null>(null),
    isWorking: signal(false),
  };
  const latest = new Latest();
  let asked = 'null';
  effect(() => {
    if (view.value !== 'unrolled') return;
    const next = question();
    const key = JSON.stringify(next);
    if (key === asked) return;
    asked = key;
    void update(made, latest, next, ask);
  });
  return made;
}

async function update<Question, Result>(
  { result, question, error, isWorking }: Answer<Question, Result>,
  latest: Latest,
  next: Question | null,
  ask: (question: Question, signal: AbortSignal) => Promise<Result>,
): Promise<void> {
  error.value = null;
  isWorking.value = next !== null;
  try {
    const found = await latest.run(async (signal) => ({ is: next && (await ask(next, signal)) }));
    if (found === null) return;
    [result.value, question.value, isWorking.value] = [found.is, next, false];
  } catch (failure) {
    error.value = (failure as Error).message;
    [result.value, question.value, isWorking.value] = [null, null, false];
  }
}
