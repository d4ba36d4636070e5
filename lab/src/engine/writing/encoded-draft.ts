import { promptOrLineStart, type SavedModel } from 'unrolled';
import { concatenated } from '../reading/concatenated.ts';
import type { Draft } from './calls.ts';

/** A draft as the model reads it. */
export interface EncodedDraft {
  /** (n) */
  readonly ids: Int32Array;
  /** (n) Start and end of the characters of each token. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** (n) 0 for a token that is not in the vocabulary. */
  readonly known: Uint8Array;
  /** The words that are not in the vocabulary. */
  readonly unknown: ReadonlySet<string>;
  /** What the model reads: the ids, behind the start of a line or item where there is one. */
  readonly context: Int32Array;
}

/** Encodes the typed parts of a draft, and takes the written tokens between them as they are. Throws UnrolledError. */
export function encodeDraft(saved: SavedModel, { text, written, fromStart }: Draft): EncodedDraft {
  const tokens: {
    readonly id: number;
    readonly start: number;
    readonly end: number;
    readonly known: boolean;
  }[] = [];
  let at = 0;
  const typedUntil = (end: number) => {
    if (end <= at) return;
    for (const { id, start, end: stop, known } of saved.encode(text.slice(at, end)).tokens)
      tokens.push({ id, start: at + start, end: at + stop, known });
  };
  for (const { id, start, end } of written) {
    typedUntil(start);
    tokens.push({ id, start, end, known: !saved.vocabulary.unknownIds.includes(id) });
    at = end;
  }
  typedUntil(text.length);
  const ids = Int32Array.from(tokens, ({ id }) => id);
  return {
    ids,
    starts: Int32Array.from(tokens, ({ start }) => start),
    ends: Int32Array.from(tokens, ({ end }) => end),
    known: Uint8Array.from(tokens, ({ known }) => Number(known)),
    unknown: new Set(
      tokens.filter(({ known }) => !known).map(({ start, end }) => text.slice(start, end).trim()),
    ),
    context: fromStart ? behindStart(saved, ids) : promptOrLineStart(ids, saved.vocabulary),
  };
}

/** Ids behind the start of a line; those of an item have its start anyway. */
function behindStart({ vocabulary }: SavedModel, ids: Int32Array): Int32Array {
  const start = vocabulary.endId < 0 ? promptOrLineStart(new Int32Array(), vocabulary) : [];
  return promptOrLineStart(concatenated(Int32Array, [start, ids]), vocabulary);
}
