import { Corpus, itemSplitter, itemsOf, type SavedModel, VerbatimSearch } from 'unrolled';
import type { SourceText } from 'unrolled/recipe';
import { YieldTimer } from '../yield-timer.ts';
import type { Overlap, VerbatimPlace } from './calls.ts';
import type { EncodedDraft } from './encoded-draft.ts';

/** The most tokens of a draft that are compared: the last ones. */
const MOST_COMPARED = 20_000;
/** Tokens of the text that are compared at once. */
const PART = 200_000;
/** Tokens that are shown before and after the longest run. */
const AROUND = 24;

/** A text as ids, with −1 where nothing may match: unknown tokens, and the ends of items. */
export function comparableIds(saved: SavedModel, { text }: Pick<SourceText, 'text'>): Int32Array {
  const encode = (part: string) => {
    const { ids, unknownAt } = Corpus.encode(part, saved);
    for (const at of unknownAt) ids[at] = -1;
    return ids;
  };
  if (saved.items === null) return encode(text);
  const parts = Array.from(itemsOf(text, itemSplitter(saved.items)), encode);
  const ids = new Int32Array(parts.reduce((sum, { length }) => sum + length + 1, 0)).fill(-1);
  let at = 0;
  for (const part of parts) {
    ids.set(part, at);
    at += part.length + 1;
  }
  return ids;
}

/** The runs of a draft, of at least `least` tokens, that stand in a text too. Throws the signal's reason when it is aborted. */
export async function findOverlap(
  saved: SavedModel,
  draft: EncodedDraft,
  text: Int32Array,
  least: number,
  signal: AbortSignal,
): Promise<Pick<Overlap, 'runs' | 'longest'>> {
  const first = Math.max(0, draft.ids.length - MOST_COMPARED);
  const output = draft.ids.slice(first).map((id, i) => (draft.known[first + i] ? id : -1));
  const search = new VerbatimSearch(output);
  const timer = new YieldTimer();
  for (let at = 0; at < text.length; at += PART) {
    search.read(text.subarray(at, at + PART));
    await timer.yieldIfDue(signal);
  }
  const found = search.runs(least);
  const longest = found.toSorted((a, b) => b.length - a.length || a.inText - b.inText)[0];
  return {
    runs: found.map(({ inOutput, length }) => ({
      start: draft.starts[first + inOutput],
      end: draft.ends[first + inOutput + length - 1],
      tokens: length,
    })),
    longest: longest ? placeOf(saved, text, longest) : null,
  };
}

function placeOf(
  saved: SavedModel,
  text: Int32Array,
  { inText, length }: { readonly inText: number; readonly length: number },
): VerbatimPlace {
  const end = inText + length;
  const before = text.subarray(Math.max(0, inText - AROUND), inText);
  const after = text.subarray(end, end + AROUND);
  const stop = after.indexOf(-1);
  const decoder = saved.tokenizer.readableDecoder();
  const decode = (ids: Int32Array) =>
    Array.from(ids, (id) => decoder.push(saved.vocabulary.tokenOf(id))).join('');
  return {
    tokens: length,
    before: decode(before.subarray(before.lastIndexOf(-1) + 1)),
    text: decode(text.subarray(inText, end)),
    after: decode(stop < 0 ? after : after.subarray(0, stop)),
    line: lineAt(saved, text, inText),
  };
}

/** The line, or item, of a token, from 1 on. */
function lineAt(saved: SavedModel, text: Int32Array, at: number): number {
  const before = text.subarray(0, at);
  if (saved.items !== null) return 1 + before.reduce((items, id) => items + Number(id < 0), 0);
  let line = 1;
  const decoder = saved.tokenizer.decoder();
  for (const id of before) {
    // An unknown token is no line end.
    const piece = id < 0 ? '' : decoder.push(saved.vocabulary.tokenOf(id));
    for (let i = piece.indexOf('\n'); i >= 0; i = piece.indexOf('\n', i + 1)) line++;
  }
  return line;
}
