import type { Draft, WrittenToken } from '../../engine/writing/calls.ts';

/** A text of which nothing was written by a model. */
export function typedDraft(text: string): Draft {
  return { text, written: [], fromStart: false, random: null };
}

/**
 * A draft after its text was edited. Tokens outside the edit stay as they were written if the tokenizer's tokens are words; pieces,
 * characters and bytes are split again, except for those at the end of the text.
 */
export function editedDraft(draft: Draft, text: string, wholeWords: boolean): Draft {
  if (text === draft.text) return draft;
  const first = commonPrefix(draft.text, text);
  const written = wholeWords ? keptWords(draft, text, first) : keptEnd(draft, text, first);
  const fromStart = draft.fromStart && written[0]?.start === 0;
  return { text, written, fromStart, random: null };
}

/** The words before and after the edit that it does not touch. */
function keptWords({ text: old, written }: Draft, text: string, first: number): WrittenToken[] {
  const last = commonSuffix(old, text, first);
  const shift = text.length - old.length;
  // A word that letters were typed before or behind is another word.
  const before = written.filter(({ end }) => end < first || (end === first && isApart(text, end)));
  const start = old.length - last;
  const after = written
    .filter((token) => token.start > start || (token.start === start && isApart(text, start + shift)))
    .map((token) => ({ id: token.id, start: token.start + shift, end: token.end + shift }));
  return [...before, ...after];
}

/** Whether no word continues over a position of the text. */
function isApart(text: string, at: number): boolean {
  return at === 0 || at === text.length || /\s/.test(text[at - 1]) || /\s/.test(text[at]);
}

/** The tokens up to the end of a text that was cut back; none if anything was typed behind them. */
function keptEnd({ written }: Draft, text: string, first: number): WrittenToken[] {
  const kept = written.filter(({ end }) => end <= first);
  return first === text.length && (kept.at(-1)?.end ?? -1) === text.length ? kept : [];
}

function commonPrefix(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let at = 0;
  while (at < most && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  return at;
}

/** The length of the common end behind the common start. */
function commonSuffix(a: string, b: string, prefix: number): number {
  const most = Math.min(a.length, b.length) - prefix;
  let length = 0;
  while (length < most && a.charCodeAt(a.length - 1 - length) === b.charCodeAt(b.length - 1 - length))
    length++;
  return length;
}
