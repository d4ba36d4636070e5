import { Corpus } from '../../data/corpus.ts';
import { longestVerbatim } from '../../generation/verbatim/longest-run.ts';
import { textOf } from '../../generation/writing/write-text.ts';
import type { SavedModel } from '../../models/model-file.ts';
import type { SourceText } from '../../recipe/text/training-data.ts';
import { count } from '../terminal/format.ts';

/** The longest sequence of tokens that an output shares with a text. */
export type OverlapReport = {
  /** Its length in tokens. */
  readonly tokens: number;
  readonly text: string;
  /** Its position in the text: the token from 0, the line from 1. */
  readonly at: number;
  readonly line: number;
};

/** Finds the verbatim overlap of outputs with a text. */
export class OverlapSearch {
  readonly name: string;
  readonly #saved: SavedModel;
  readonly #ids: Int32Array;

  constructor(saved: SavedModel, { name, text }: SourceText) {
    const { ids, unknownAt } = Corpus.encode(text, saved.tokenizer, saved.vocabulary);
    // Two unknown tokens may be different words, so they never match.
    for (const at of unknownAt) ids[at] = -1;
    this.name = name;
    this.#saved = saved;
    this.#ids = ids;
  }

  report(output: readonly number[]): OverlapReport {
    const { length, inText } = longestVerbatim(Int32Array.from(output), this.#ids);
    const { lineEndId } = this.#saved.vocabulary;
    const linesBefore = this.#ids
      .subarray(0, inText)
      .reduce((lines, id) => lines + Number(id === lineEndId), 0);
    const text = textOf(this.#saved, this.#ids.subarray(inText, inText + length), []);
    return { tokens: length, text, at: inText, line: linesBefore + 1 };
  }

  /** The report as one sentence. */
  sentence(output: readonly number[]): string {
    const { tokens, text, line } = this.report(output);
    if (tokens === 0) return `no overlap: none of the ${count(output.length)} tokens is in ${this.name}`;
    return (
      `the longest overlap with ${this.name} has ${count(tokens)} of ${count(output.length)} tokens, ` +
      `from line ${count(line)}: ${JSON.stringify(text)}`
    );
  }
}
