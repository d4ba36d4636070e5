/** Joins tokens to a text. */
export interface Decoder {
  /** Adds a token; returns the text completed by it. */
  push(token: string): string;
  /** Ends the text; returns the rest of it. */
  end(): string;
}

/** Splits a text into tokens, and joins tokens to a text. */
export interface Tokenizer {
  tokens(text: string): Iterable<string>;
  /** @param readable text for people, with no space before a comma, instead of text that has the same tokens */
  decoder(readable: boolean): Decoder;
  /** Whether the text ends in the space that the decoder writes before a token. */
  endsWithSpace?(text: string): boolean;
}

/** A tokenizer with the vocabulary of the model. */
export interface Codec {
  readonly tokenizer: Tokenizer;
  /** The tokens in order of their ids. */
  readonly vocabulary: readonly string[];
  /** The id of each token. */
  readonly ids: ReadonlyMap<string, number>;
  /** The id of tokens outside the vocabulary; −1 for none. */
  readonly unknownId: number;
  /** The id of the end token of items, which has no text; −1 for a model of continuous text. */
  readonly endId: number;
  /** The id before a text: the end token of items, else a newline. */
  readonly startId: number;
}

/** A tokenizer that normalises a text first. */
export function normalizing(tokenizer: Tokenizer, form: 'NFC' | 'NFKC'): Tokenizer {
  return { ...tokenizer, tokens: (text) => tokenizer.tokens(text.normalize(form)) };
}

/** The id of each token. */
export function idsByToken(vocabulary: readonly string[]): Map<string, number> {
  return new Map(vocabulary.map((token, id) => [token, id]));
}

/** The ids of a text's tokens. */
export function idsOf({ tokenizer, ids, unknownId }: Codec, text: string): number[] {
  return Array.from(tokenizer.tokens(text), (token) => {
    const id = ids.get(token) ?? unknownId;
    if (id < 0) throw new Error(`${JSON.stringify(token)} is not in the vocabulary of the model.`);
    return id;
  });
}

/** The text of ids. */
export function textOfIds(codec: Codec, ids: Iterable<number>, readable: boolean): string {
  const decoder = codec.tokenizer.decoder(readable);
  let text = '';
  for (const id of ids) text += pushId(codec, decoder, id);
  return text + decoder.end();
}

/** Adds the token of an id; the end token of items has no text. */
export function pushId({ vocabulary, endId }: Codec, decoder: Decoder, id: number): string {
  const token = vocabulary[id];
  if (token === undefined) throw new RangeError(`The id is ${id}; the vocabulary has ${vocabulary.length}.`);
  return id === endId ? '' : decoder.push(token);
}
