import { Corpus, itemSplitter, itemsOf, type SavedModel, VerbatimSearch } from 'unrolled';
import type { SourceText } from 'unrolled/recipe';
import { concatenated } from '../reading/concatenated.ts';
import { YieldTimer } from '../yield-timer.ts';
import type { Overlap, VerbatimPlace } from './calls.ts';
import type { EncodedDraft } from './encoded-draft.ts';

/** The most tokens of a draft that are compared: the last ones. */
const MOST_COMPARED = 20_000;
/** Tokens of the text that are compared at once. */
const PART = 200_000;
/** UTF-16 units of the text that are encoded at once. */
const ENCODED = 65_536;
/** Tokens that are shown before and after the longest run. */
const AROUND = 24;

/** A text as ids, with −1 where nothing may match: unknown tokens, and the ends of items. */
export async function comparableIds(
  saved: SavedModel,
  { text }: Pick<SourceText, 'text'>,
): Promise<Int32Array> {
  const isContinuous = saved.items === null;
  const parts = isContinuous ? partsOf(text) : itemsOf(text, itemSplitter(saved.items ?? 'line'));
  const timer = new YieldTimer();
  const encoded: Int32Array[] = [];
  for (const part of parts) {
    encoded.push(encode(saved, part));
    if (!isContinuous) encoded.push(Int32Array.of(-1));
    await timer.yieldIfDue(never);
  }
  return concatenated(Int32Array, encoded);
}

/** Encoding is not given up when the draft changes: the ids are kept. */
const never: AbortSignal = new AbortController().signal;

function encode(saved: SavedModel, part: string): Int32Array {
  const { ids, unknownAt } = Corpus.encode(part, saved);
  for (const at of unknownAt) ids[at] = -1;
  return ids;
}

/** Cuts a text before spaces behind a word, where no tokenizer joins what stands on both sides. */
function* partsOf(text: string): Generator<string> {
  for (let start = 0; start < text.length; ) {
    let end = text.length;
    if (end - start > ENCODED) {
      end = text.lastIndexOf(' ', start + ENCODED);
      while (end > start && /\s/.test(text[end - 1])) end = text.lastIndexOf(' ', end - 1);
      if (end <= start) end = text.length;
    }
    yield text.slice(start, end);
    start = end;
  }
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
