import { UnrolledError } from '../../errors.ts';
import { shown, wrongKind } from '../../kinds.ts';
import { isNormalForm, normalForms } from '../texts/normal-form.ts';
import { bpeFromJSON } from './bpe/from-json.ts';
import { byteTokenizer } from './byte.ts';
import { charTokenizer } from './char.ts';
import { normalised } from './normalised.ts';
import type { Tokenizer, TokenizerKind } from './tokenizer.ts';
import { wordTokenizer, wordTokenizerWith } from './word.ts';

/** Creates a tokenizer from its parameters, which may come from a file and are checked. */
type Maker = (parameters: Readonly<Record<string, unknown>>) => Tokenizer;

const MAKERS: Readonly<Record<TokenizerKind, Maker>> = {
  word: wordMaker,
  char: withoutParameters(charTokenizer),
  byte: withoutParameters(byteTokenizer),
  bpe({ merges, pieces, prefixSpace, ...others }) {
    checkNoMore('bpe', others);
    return bpeFromJSON({ merges, pieces, prefixSpace });
  },
};

/** Whether a kind is built in. */
export function isBuiltInKind(kind: string): kind is TokenizerKind {
  return Object.hasOwn(MAKERS, kind);
}

/**
 * Returns the built-in tokenizer of a kind without parameters: `word`, `char` or `byte`.
 * @throws {UnrolledError} code `unknown-name` for another kind, `option-value` for `bpe`, which needs merges
 */
export function openTokenizer(kind: string): Tokenizer {
  return tokenizerFromJSON(kind);
}

/**
 * Creates a tokenizer from what its `toJSON` returned: a kind, or an object with `kind` and parameters. Any kind may have the
 * parameter `normalize`.
 * @throws {UnrolledError} code `unknown-name` for an unknown kind, `file-damaged` or `option-value` for invalid parameters,
 * `call-order` for `bpe` in a page before `await loadBPE()`
 */
export function tokenizerFromJSON(value: unknown): Tokenizer {
  const { kind, normalize, ...parameters } = typeof value === 'string' ? { kind: value } : Object(value);
  if (typeof Object(value).then === 'function') {
    throw wrongKind('Tokenizer', 'the kind', value, 'a string, or {kind, …}', '');
  }
  if (typeof kind !== 'string') {
    throw new UnrolledError(
      'file-damaged',
      'Tokenizer: got neither a kind nor an object with a kind; the model file is damaged or was not ' +
        'written by this program. Use another copy of it.',
    );
  }
  if (!isBuiltInKind(kind)) {
    throw new UnrolledError(
      'unknown-name',
      `Tokenizer: the kind is ${JSON.stringify(kind.slice(0, 60))}; it must be one of ${Object.keys(MAKERS).join(', ')}. ` +
        'Choose one.',
    );
  }
  const tokenizer = MAKERS[kind](parameters);
  if (normalize === undefined) return tokenizer;
  if (isNormalForm(normalize)) return normalised(tokenizer, normalize);
  throw new UnrolledError(
    'file-damaged',
    `Tokenizer: the parameter "normalize" is ${shown(normalize).slice(0, 60)}; it must be one of ${normalForms.join(', ')}. Use a newer ` +
      'unrolled, or another copy of the model file.',
  );
}

/** `apart`: the punctuation that the readable decoder does not join to words. */
function wordMaker({ apart = [], ...others }: Readonly<Record<string, unknown>>): Tokenizer {
  checkNoMore('word', others);
  if (!Array.isArray(apart) || !apart.every((mark) => typeof mark === 'string')) {
    throw new UnrolledError(
      'file-damaged',
      'Tokenizer: the parameter "apart" of the kind word must be a list of strings; the model file is damaged or was ' +
        'not written by this program. Use another copy of it.',
    );
  }
  return apart.length === 0 ? wordTokenizer : wordTokenizerWith(apart);
}

function withoutParameters(tokenizer: Tokenizer): Maker {
  return (parameters) => {
    checkNoMore(tokenizer.kind, parameters);
    return tokenizer;
  };
}

function checkNoMore(kind: string, parameters: Readonly<Record<string, unknown>>): void {
  const [name] = Object.keys(parameters);
  if (name === undefined) return;
  throw new UnrolledError(
    'file-damaged',
    `Tokenizer: the kind ${kind} has no parameter ${JSON.stringify(name.slice(0, 60))}. ` +
      'Use a newer version of unrolled, or another copy of the model file.',
  );
}
