import { promptOrLineStart, type SavedModel } from 'unrolled';
import { concatenated } from '../reading/concatenated.ts';
import { TokenCollector, type TokenColumns } from '../reading/token-columns.ts';
import type { Draft } from './calls.ts';

/** A draft as the model reads it. */
export interface EncodedDraft extends TokenColumns {
  /** The words that are not in the vocabulary. */
  readonly unknown: ReadonlySet<string>;
  /** What the model reads: the ids, behind the start of a line or item where there is one. */
  readonly context: Int32Array;
}

/** Encodes the typed parts of a draft, and keeps the written tokens between them as they are. Throws UnrolledError. */
export function encodeDraft(saved: SavedModel, { text, written, fromStart }: Draft): EncodedDraft {
  const tokens = new TokenCollector();
  let at = 0;
  const typedUntil = (end: number) => {
    if (end > at) tokens.addAll(saved.encode(text.slice(at, end)).tokens, at);
  };
  for (const { id, start, end } of written) {
    typedUntil(start);
    tokens.add(id, start, end, !saved.vocabulary.unknownIds.includes(id));
    at = end;
  }
  typedUntil(text.length);
  const columns = tokens.first();
  const context = contextOf(saved, columns.ids, fromStart);
  return { ...columns, unknown: unknownWords(text, columns), context };
}

function unknownWords(text: string, { starts, ends, known }: TokenColumns): ReadonlySet<string> {
  const unknown = [...known.keys()].filter((i) => known[i] === 0);
  return new Set(unknown.map((i) => text.slice(starts[i], ends[i]).trim()));
}

/** The ids behind the start of a line, if the model has read it; those of an item have its start anyway. */
function contextOf({ vocabulary }: SavedModel, ids: Int32Array, fromStart: boolean): Int32Array {
  if (!fromStart || vocabulary.endId >= 0) return promptOrLineStart(ids, vocabulary);
  return concatenated(Int32Array, [promptOrLineStart(new Int32Array(), vocabulary), ids]);
}
