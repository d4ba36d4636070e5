import type { TextCodec } from '../../data/text-codec.ts';
import { textStart } from '../../data/text-start.ts';
import type { TokenizerKind } from '../../data/tokenizers/tokenizer.ts';
import { listLiteral, literal } from './literals.ts';

/** Source text of a tokenizer and of the tokens that it brings. */
interface TokenizerSource {
  /** Constants that the others use. */
  readonly constants: string;
  /** An expression for the tokenizer. */
  readonly tokenizer: string;
  /** An expression for the first tokens of the vocabulary; null if they have to be listed. */
  readonly tokens: string | null;
}

type Parameters = Readonly<Record<string, unknown>>;

const SOURCES: Readonly<Record<TokenizerKind, (parameters: Parameters) => TokenizerSource>> = {
  word: ({ apart = [] }) => ({
    constants: '',
    tokenizer: `wordTokenizer(${literal(apart)})`,
    tokens: null,
  }),
  char: () => ({ constants: '', tokenizer: 'charTokenizer()', tokens: null }),
  byte: () => ({ constants: '', tokenizer: 'byteTokenizer()', tokens: 'byteTokens()' }),
  bpe({ merges, pieces, prefixSpace = false }) {
    const list = pieces === undefined ? 'bpePieces(merges)' : listLiteral(pieces as string[]);
    return {
      constants: `/** The merges of byte-level BPE in order of priority. */
const merges = ${listLiteral(merges as string[])};

const pieces = ${list};

`,
      tokenizer: `bpeTokenizer(merges, pieces, ${prefixSpace})`,
      tokens: 'pieces',
    };
  },
};

/** The source text of the vocabulary and the codec. */
export function codecSource(codec: TextCodec): string {
  const { tokenizer, vocabulary } = codec;
  const json = tokenizer.toJSON();
  const { kind, normalize, ...parameters } = typeof json === 'string' ? { kind: json } : json;
  const { constants, tokenizer: plain, tokens } = SOURCES[kind as TokenizerKind](parameters);
  const normal =
    normalize === undefined ? plain : `normalizing(${plain}, '${String(normalize).toUpperCase()}')`;
  const { unknownId, endId } = vocabulary;
  return `${constants}/** The tokens in order of their ids. */
export const vocabulary = ${vocabularySource(codec, tokens)};

/** The id before the first token of a text. */
export const startId = ${Math.max(0, textStart(codec) ?? vocabulary.lineEndId)};

const codec = {
  tokenizer: ${normal},
  vocabulary,
  ids: idsByToken(vocabulary)${earlierLineEnd(codec)},
  unknownId: ${unknownId},
  endId: ${endId},
  startId,
};
`;
}

function vocabularySource({ tokenizer, vocabulary }: TextCodec, tokens: string | null): string {
  const own = tokenizer.fixedVocabulary();
  if (tokens === null || !own || !vocabulary.beginsWith(own)) return listLiteral(vocabulary.tokens);
  const more = vocabulary.tokens.slice(own.size).map(literal);
  return `[${[`...${tokens}`, ...more].join(', ')}]`;
}

/** In vocabularies of earlier versions, a word spelled like the line end is the line end. */
function earlierLineEnd({ vocabulary }: TextCodec): string {
  const { unknownInText, lineEndId, tokens } = vocabulary;
  const spelled = ` ${tokens[lineEndId]}`;
  if (unknownInText !== null || lineEndId < 0 || vocabulary.has(spelled)) return '';
  return `.set(${literal(spelled)}, ${lineEndId})`;
}
