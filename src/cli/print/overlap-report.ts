import { Corpus } from '../../data/corpus.ts';
import { longestVerbatim } from '../../generation/writing/verbatim-overlap.ts';
import { textOf } from '../../generation/writing/write-text.ts';
import type { SavedModel } from '../../models/model-file.ts';
import type { SourceText } from '../../recipe/text/training-data.ts';
import { count } from '../terminal/format.ts';

/** The longest run of tokens of an output that stands in a text as it is. */
export type MemoryReport = {
  /** How long it is. */
  readonly tokens: number;
  readonly text: string;
  /** Where it begins in the text: the token, from 0, and the line, from 1. */
  readonly at: number;
  readonly line: number;
};

/** Finds what outputs have in common with one text. */
export class MemorySearch {
  readonly name: string;
  readonly #saved: SavedModel;
  readonly #ids: Int32Array;

  constructor(saved: SavedModel, { name, text }: SourceText) {
    const { ids, unknownAt } = Corpus.encode(text, saved.tokenizer, saved.vocabulary);
    // Two words that the vocabulary lacks are not the same word.
    for (const at of unknownAt) ids[at] = -1;
    this.name = name;
    this.#saved = saved;
    this.#ids = ids;
  }

  report(output: readonly number[]): MemoryReport {
    const { length, inText } = longestVerbatim(Int32Array.from(output), this.#ids);
    const { lineEndId } = this.#saved.vocabulary;
    const linesBefore = this.#ids
      .subarray(0, inText)
      .reduce((lines, id) => lines + Number(id === lineEndId), 0);
    const text = textOf(this.#saved, this.#ids.subarray(inText, inText + length), []);
    return { tokens: length, text, at: inText, line: linesBefore + 1 };
  }

  /** The report as a sentence. */
  sentence(output: readonly number[]): string {
    const { tokens, text, line } = this.report(output);
    if (tokens === 0) return `none of the ${count(output.length)} tokens stands in ${this.name}`;
    return (
      `the longest run that stands in ${this.name} has ${count(tokens)} of ${count(output.length)} tokens, ` +
      `from line ${count(line)} on: ${JSON.stringify(text)}`
    );
  }
}
