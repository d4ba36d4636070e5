import type { Continuation } from 'unrolled';

/** How the next token is chosen, as the options of the library; 0 of top-k and 1 of the other filters mean all tokens. */
export interface SamplingValues {
  readonly temperature: number;
  readonly topK: number;
  readonly topP: number;
  readonly minP: number;
  readonly typical: number;
  readonly repetitionPenalty: number;
  readonly repetitionWindow: number;
}

/** A token that the model wrote, or that was chosen, with its characters in the text, in UTF-16 units. */
export interface WrittenToken {
  readonly id: number;
  readonly start: number;
  readonly end: number;
}

/** A text that is being written: typed, except for the tokens in `written`, which are read as they were chosen. */
export interface Draft {
  readonly text: string;
  readonly written: readonly WrittenToken[];
  /** Whether the first token was written behind the start of a line or item, which the model then has read. */
  readonly fromStart: boolean;
  /** The state of the generator after the last token; null: the seed. */
  readonly random: readonly number[] | null;
}

/** What the calls about a draft need. */
export interface DraftRequest {
  /** The id of the model. */
  readonly model: string;
  readonly draft: Draft;
}

/** One possible next token. */
export interface NextToken {
  readonly id: number;
  /** As the vocabulary spells it. */
  readonly token: string;
  /** For display: bytes of incomplete characters as ⟨EC⟩. */
  readonly label: string;
  /** The model's probability, and that of drawing it with the sampling options. */
  readonly before: number;
  readonly after: number;
}

/** The distribution of the next token of a draft. */
export interface NextTokens {
  /** The most likely tokens before and after, most likely first. */
  readonly tokens: readonly NextToken[];
  /** V */
  readonly vocabSize: number;
  /** The number of tokens that may be drawn, and the model's probability of all of them. */
  readonly kept: number;
  readonly mass: number;
  /** Entropies in bits. */
  readonly entropyBefore: number;
  readonly entropyAfter: number;
  /** Tokens of the draft. */
  readonly length: number;
  /** Distinct words that are read as the unknown token; at most 5. */
  readonly unknown: readonly string[];
  /** Bytes of an incomplete character at the end, such as ⟨EC⟩; empty if there are none. */
  readonly pending: string;
  /** Whether the item has ended; nothing follows then. */
  readonly ended: boolean;
}

/** How tokens are drawn. */
export interface DrawSettings {
  readonly sampling: SamplingValues;
  readonly seed: number;
  /** The most tokens. */
  readonly count: number;
  /** Whether the end of a typed text is first completed to a piece, as `unrolled generate` does. */
  readonly heal: boolean;
  /** About as many tokens are drawn as take this time. */
  readonly milliseconds: number;
}

/** A draft after tokens were added. */
export interface Continued {
  readonly draft: Draft;
  /** The number of tokens added. */
  readonly count: number;
  readonly ended: boolean;
}

/** A continuation found by beam search, with its tokens for display. */
export interface Beam extends Continuation {
  readonly labels: readonly string[];
}

/** A completion of the half-typed word before the caret, or a next word. */
export interface Completion {
  /** Replaces the last `remove` UTF-16 units of the text. */
  readonly text: string;
  readonly remove: number;
  /** The white space that follows it, or nothing. */
  readonly behind: string;
  readonly probability: number;
}

/** A run of the draft that stands in another text too. */
export interface VerbatimRun {
  /** Its characters in the draft. */
  readonly start: number;
  readonly end: number;
  readonly tokens: number;
}

/** The place of the longest run in the other text. */
export interface VerbatimPlace {
  readonly tokens: number;
  readonly text: string;
  /** What stands before and after it. */
  readonly before: string;
  readonly after: string;
  /** From 1 on. */
  readonly line: number;
}

/** What a draft shares with the training text. */
export interface Overlap {
  readonly runs: readonly VerbatimRun[];
  readonly longest: VerbatimPlace | null;
  /** The text's name, and whether the model was trained on it. */
  readonly name: string;
  readonly isTrainingText: boolean;
}

/** The values that a model's sampling begins with. */
export interface WritingDefaults {
  readonly sampling: SamplingValues;
  /** The minimum length of a verbatim run, in tokens. */
  readonly verbatim: number;
  /** Whether each token is a word of the text, so that letters after it begin another one. */
  readonly wholeWords: boolean;
  /** The name of one token: `word`, `character`, `byte`, `piece`. */
  readonly unit: string;
}

/** Calls about a text that is written with a model. */
export interface WritingCalls {
  writingDefaults(model: string): WritingDefaults;
  nextTokens(
    request: DraftRequest & { readonly sampling: SamplingValues; readonly count: number },
  ): NextTokens;
  /** Appends given tokens. */
  appendTokens(request: DraftRequest & { readonly ids: readonly number[] }): Continued;
  drawTokens(request: DraftRequest & DrawSettings): Continued;
  beams(request: DraftRequest & { readonly width: number; readonly length: number }): readonly Beam[];
  /** Completions of the half-typed word at the end of a text, most likely first. */
  complete(request: {
    readonly model: string;
    readonly text: string;
    readonly count: number;
  }): readonly Completion[];
  overlap(request: DraftRequest & { readonly least: number }): Overlap;
}
