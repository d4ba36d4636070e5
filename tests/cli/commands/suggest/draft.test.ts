import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { Draft, type SuggestionSource } from '../../../../src/cli/commands/suggest/draft.ts';
import type { Key } from '../../../../src/cli/terminal/line/keys.ts';
import { UnrolledError } from '../../../../src/errors.ts';

/** Knows a few words, each as likely as the next. */
const adviser: SuggestionSource = {
  suggest(text) {
    if (text.includes('?')) throw new UnrolledError('token-unknown', '"?" is not in the vocabulary.');
    const half = /\w*$/.exec(text)?.[0] ?? '';
    const words = ['president', 'presides', '한국어', 'well'].filter((word) => word.startsWith(half));
    return { half, mass: 1, next: words.map((token) => ({ token, probability: 1 / words.length })) };
  },
  behind: (token) => (token === '한국어' ? '' : ' '),
};

const text = (text: string): Key => ({ name: 'text', text });
const key = (name: Exclude<Key['name'], 'text'>): Key => ({ name });

/** The row of suggestions, without styles. */
const below = (draft: Draft, columns = 80) =>
  stripVTControlCharacters(draft.frame(columns).split('\r\n')[1]).trimEnd();

describe('a draft', () => {
  test('suggests words at the start, and matching words while one is typed', () => {
    const draft = new Draft(adviser);
    expect(below(draft)).toBe('  president 25.0%  presides 25.0%  한국어 25.0%  well 25.0%');
    draft.take([text('The presid')]);
    expect(below(draft)).toBe('  president 50.0%  presides 50.0%');
    draft.take([text('x')]);
    expect(below(draft)).toBe('');
  });

  test('accepts the first suggestion for the half-typed word, then a next word', () => {
    const draft = new Draft(adviser);
    draft.take([text('The pr'), key('tab'), text('w'), key('tab')]);
    expect(draft.line).toEqual({ text: 'The president well ', cursor: 19 });
    draft.take([text('zzz'), key('tab')]);
    expect(draft.text).toBe('The president well zzz');
  });

  test('suggests at the cursor, also within a line', () => {
    const draft = new Draft(adviser);
    draft.take([text('a we b'), key('left'), key('left'), key('tab')]);
    expect(draft.line).toEqual({ text: 'a well  b', cursor: 7 });
  });

  test('returns the action of a key and the keys after it', () => {
    const draft = new Draft(adviser);
    const rest = [text('next')];
    expect(draft.take([text('a'), key('enter'), ...rest])).toEqual({ action: 'write', rest });
    expect(draft.text).toBe('a');
    draft.startLine('a president.\n');
    expect(draft.take(rest)).toEqual({ action: 'continue', rest: [] });
    expect(draft.text).toBe('a president.\nnext');
    expect(draft.take([key('leave')]).action).toBe('leave');
    expect(draft.take([key('interrupt')]).action).toBe('interrupt');
  });

  test("reports what the model can't read, and generates nothing then", () => {
    const draft = new Draft(adviser);
    draft.take([text('what?')]);
    expect(below(draft)).toBe('"?" is not in the vocabulary.');
    expect(draft.take([key('enter'), key('backspace')])).toEqual({ action: 'continue', rest: [] });
    expect(draft.text).toBe('what');
  });

  test('shows as many suggestions as fit on a narrow terminal', () => {
    const draft = new Draft(adviser);
    expect(below(draft, 40)).toBe('  president 25.0%  presides 25.0%');
    expect(below(draft, 20)).toBe('  president 25.0%');
    draft.take([text('what?')]);
    expect(below(draft, 12)).toBe('"?" is not…');
  });
});
