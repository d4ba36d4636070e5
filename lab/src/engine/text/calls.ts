import type { Recipe } from 'unrolled/recipe';

/** Which tokens a text is split into. */
export type TokensChoice = 'auto' | 'word' | 'char' | 'byte' | 'bpe';

/** The settings of a recipe that determine the tokens of a text. */
export interface TextSettings extends Pick<Partial<Recipe>, 'items' | 'skipBad' | 'vocabSize' | 'normalize'> {
  readonly tokens: TokensChoice;
  /** Fraction of the text that is held out for validation. */
  readonly validFraction: number;
}

/** The facts about the text that is open. */
export interface TextFacts {
  readonly name: string;
  readonly characters: number;
  readonly bytes: number;
  readonly lines: number;
  /** The kind that was chosen or given. */
  readonly tokens: string;
  readonly tokenCount: number;
  readonly trainTokens: number;
  readonly validTokens: number;
  readonly vocabSize: number;
  /** The unknown token; null if every token has an id. */
  readonly unknown: string | null;
  /** Fraction of the validation tokens that are unknown; null without an unknown token. */
  readonly validUnknownRate: number | null;
  /** The most frequent tokens of the training part, for display. */
  readonly frequent: readonly { readonly token: string; readonly count: number }[];
  /** Number of items; null for continuous text. */
  readonly items: number | null;
}

/** A token of the text, for display. */
export interface ShownToken {
  /** The characters of the text that the token covers, with the white space before it. */
  readonly text: string;
  readonly id: number;
  /** Whether it is in the vocabulary. */
  readonly known: boolean;
}

/** A part of the text, cut into tokens. */
export interface TokenPage {
  readonly tokens: readonly ShownToken[];
  /** Start and end in the text, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
}

/** A file of a text. */
export interface TextFile {
  readonly name: string;
  readonly contents: Blob;
  /** Its encoding, by a TextDecoder label. Default null: its byte order mark decides, else UTF-8. */
  readonly encoding?: string | null;
}

/** Calls about the text that is open. */
export interface TextCalls {
  /** Opens a text from files, which may be packed; several are joined, as on the command line. */
  openFiles(files: readonly TextFile[]): void;
  openText(text: { readonly name: string; readonly text: string }): void;
  /** Opens a text that comes with the page. */
  openSample(file: TextFile): void;
  /** Opens the text that the last visit opened; false if there was none, or it was a sample. */
  openKept(): boolean;
  /** The text that is open, to edit it; cut if it is long. */
  textStart(length: number): string;
  facts(settings: TextSettings): TextFacts;
  /** Tokens from the start of a line on: as many as cover `length` characters, but not too many to show. */
  tokens(range: { readonly start: number; readonly length: number }): TokenPage;
}
