import type { Difference, TotalsRecord } from 'unrolled';
import type { TextFile } from '../text/calls.ts';

/** What has a surprisal of its own. */
export type ScoreUnit = 'token' | 'word' | 'line';

/** Which text is scored: a text of the page, the file that was opened last, or the validation part of the text in the view Text. */
export type ScoringSource =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'file' }
  | { readonly kind: 'valid' };

/** A text that was scored by a model, or by two. */
export interface ScoringFacts {
  /** The name of a file; null for a text of the page. */
  readonly name: string | null;
  /** Length of what was read and of the text, in UTF-16 units: less if the text is very long, or if reading was stopped. */
  readonly read: number;
  readonly length: number;
  /** The totals of each model. */
  readonly totals: readonly TotalsRecord[];
  /** What two models differ by; null for one model. */
  readonly comparison: ScoringComparison | null;
}

/** The difference of two models, as `compare` computes it. */
export interface ScoringComparison {
  /** `character` if the models have different tokens; tokens are then not compared with each other. */
  readonly unit: 'token' | 'character';
  /** Bits per unit of the second model minus those of the first. */
  readonly difference: Difference;
}

/** How the text is laid out: the units, the width of a row in columns, and whether there is room for a number at each unit. */
export interface ScoringLayout {
  readonly by: ScoreUnit;
  readonly columns: number;
  readonly numbers: boolean;
}

/** The laid out text as a whole. */
export interface ScoringOutline {
  readonly rows: number;
  /** The most surprising units, or those that differ most, first. */
  readonly places: readonly ScoredPlace[];
  /** Mean bits per token of each model over equal parts of the text; for two models of different tokens, of the first one. */
  readonly curve: ScoringCurve;
}

/** The surprisal along the text. */
export interface ScoringCurve {
  /** The first token of each part. */
  readonly at: Float64Array;
  /** Mean bits per token of each part, by model. */
  readonly bits: readonly Float64Array[];
}

/** A unit of the list of places. */
export interface ScoredPlace {
  /** The index of its first token, and its row. */
  readonly token: number;
  readonly row: number;
  readonly before: string;
  readonly text: string;
  /** Its level: bits of a token or word, bits per token of a line. With two models, the difference of the levels. */
  readonly level: number;
}

/** A unit, or the part of it that is in a row. */
export interface Segment {
  /** White space before it. */
  readonly space: string;
  readonly text: string;
  /** The index of its first token in this row. */
  readonly token: number;
  /** The token of the first model at its start. */
  readonly at: number;
  /** The index of the unit, which several segments may share. */
  readonly unit: number;
  /** The surprisal of the whole unit. */
  readonly bits: number;
  /** What is coloured: the bits of a token or word, the bits per token of a line. */
  readonly level: number;
  readonly known: boolean;
  /** The level by the second model minus that by the first; null if there is none, or if the second has no such unit. */
  readonly difference: number | null;
}

/** A row: the segments of each model. */
export interface ScoredRow {
  /** The number of the line that begins here, from 1; null within a line. */
  readonly line: number | null;
  readonly sides: readonly (readonly Segment[])[];
}

/** A token that the model expected. */
export interface Expected {
  readonly token: string;
  readonly probability: number;
}

/** Everything about one token. */
export interface TokenDetails {
  readonly index: number;
  readonly text: string;
  readonly line: number;
  readonly position: number;
  readonly bits: number;
  readonly probability: number;
  /** 1 + the number of more likely tokens. */
  readonly rank: number;
  /** What it was scored as, if it is not in the vocabulary; else null. */
  readonly scoredAs: string | null;
  readonly expected: readonly Expected[];
}

/** A unit by one model: its text, its bits and its tokens, of a line only the first ones. */
export interface UnitDetails {
  readonly text: string;
  readonly bits: number;
  readonly tokenCount: number;
  readonly tokens: readonly TokenDetails[];
}

/** Calls of the view Read. */
export interface ScoringCalls {
  /** Opens a file to be scored. */
  openScoringFile(file: TextFile): void;
  /** Scores a text by one or two models; the text is then open for the calls below. */
  scoreText(request: { readonly source: ScoringSource; readonly models: readonly string[] }): ScoringFacts;
  /** Ends the scoring under way: what has been read so far is its result. */
  stopScoring(): void;
  outline(layout: ScoringLayout): ScoringOutline;
  scoredRows(range: ScoringLayout & { readonly from: number; readonly to: number }): readonly ScoredRow[];
  /** The unit of a token of the first model, by each model. */
  scoredUnit(place: { readonly by: ScoreUnit; readonly token: number }): readonly UnitDetails[];
  /** The text around a token, short enough to be unrolled, and the index of the token in it. */
  passage(token: number): { readonly text: string; readonly token: number };
  /** The rows of `unrolled score`; for two models the result of `unrolled compare`, or a table of the units. */
  scoreFile(form: { readonly by: ScoreUnit; readonly format: 'json' | 'tsv' }): Blob;
}
