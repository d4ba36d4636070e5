/** `input`: the vectors of the embedding. `output`: those of the affine layer. */
export type VectorTable = 'input' | 'output';

/** A token of the vocabulary. */
export interface VocabularyToken {
  readonly id: number;
  /** The token for display; bytes of incomplete characters are ⟨EC⟩. */
  readonly token: string;
}

/** A token that matches a query. */
export interface MatchingToken extends VocabularyToken {
  /** Whether it equals the query, without regard to case and the space before it. */
  readonly isEqual: boolean;
}

/** A token and those most similar to it. */
export interface Neighbours {
  readonly of: VocabularyToken;
  readonly nearest: readonly SimilarToken[];
  /** Ids of these tokens that the training text never has, so that training never used them as an input. */
  readonly unseen: readonly number[];
}

/** A token and how similar it is. */
export interface SimilarToken extends VocabularyToken {
  /** The cosine of the angle between the vectors. */
  readonly cosine: number;
}

/** The vectors of a model. */
export interface VectorFacts {
  readonly vocabSize: number;
  /** The number of components of a vector. */
  readonly dimension: number;
  /** Whether both tables are one. */
  readonly tied: boolean;
  /** The kind of the tokens: `word`, `char`, `byte`, `bpe`. */
  readonly tokens: string;
}

/** Tokens in the plane of the two main components. */
export interface WordMap {
  readonly facts: VectorFacts;
  /** The tokens, the most frequent first, or those with the lowest ids where the training text is not known. */
  readonly tokens: readonly VocabularyToken[];
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** The share of the variance that each of the two components has. */
  readonly shares: readonly [number, number];
  /** The name of the text in which tokens were counted; null: they are in the order of the vocabulary. */
  readonly countedIn: string | null;
}

/** Which vectors a call is about. */
export interface Vectors {
  readonly model: string;
  readonly table: VectorTable;
}

/** Calls of the view Words. */
export interface WordCalls {
  wordMap(request: Vectors & { readonly most: number }): WordMap;
  /** The tokens that match a query: equal ones first, then those that begin with it, then those that contain it. */
  searchTokens(request: {
    readonly model: string;
    readonly query: string;
    readonly most: number;
  }): readonly MatchingToken[];
  /** The token itself, and those most similar to it. */
  neighbours(request: Vectors & { readonly id: number; readonly most: number }): Neighbours;
  /** The tokens that are to c what b is to a. */
  analogy(
    request: Vectors & { readonly a: number; readonly b: number; readonly c: number; readonly most: number },
  ): readonly SimilarToken[];
  /** The neighbours of a token as TSV. */
  neighboursFile(request: Vectors & { readonly id: number }): Blob;
  /** The map as TSV. */
  mapFile(request: Vectors & { readonly most: number }): Blob;
}
