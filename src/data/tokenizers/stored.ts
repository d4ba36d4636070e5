import { UnrolledError } from '../../errors.ts';
import { wrongKind } from '../../kinds.ts';
import { isBuiltInKind, tokenizerFromJSON } from './open.ts';
import { checkTokenizer, isBuiltIn, type Tokenizer, type TokenizerJSON } from './tokenizer.ts';

/**
 * A tokenizer of your own, to open files that hold its kind: itself, or what makes it from its parameters. Itself it opens files
 * of the same parameters alone.
 */
export type CustomTokenizer =
  | Tokenizer
  | { readonly kind: string; fromJSON(value: TokenizerJSON): Tokenizer };

/**
 * What a file holds of a tokenizer: a kind without parameters as it is, one with parameters as JSON.
 * @throws for what is no whole Tokenizer, and for one of the user's own that has a built-in kind: a file of it would open with the built-in one
 */
export function storeTokenizer(where: string, tokenizer: Tokenizer): string {
  checkTokenizer(where, tokenizer);
  const value = tokenizer.toJSON();
  const kind = kindOf(value);
  if (typeof kind !== 'string' || kind === '' || kind.startsWith('{') || kind !== tokenizer.kind) {
    throw new UnrolledError(
      'option-conflict',
      `${where}: the tokenizer's kind is ${JSON.stringify(tokenizer.kind)}, its toJSON() gives ${JSON.stringify(kind)}; both ` +
        'must be the same name. Let toJSON() return the kind, or {kind, …parameters}.',
    );
  }
  if (isBuiltInKind(kind) && !isBuiltIn(tokenizer)) {
    throw new UnrolledError(
      'option-conflict',
      `${where}: the tokenizer has the kind ${JSON.stringify(kind)} and isn't the built-in one, with which its file would ` +
        'open; built-in kinds are reserved. Give it a kind of its own, and open its files with { tokenizers: [it] }.',
    );
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/**
 * Makes the tokenizer of a file from what `storeTokenizer` wrote, by one of `own` where the kind is none of the built-in ones.
 * @throws for a kind that is neither, for own parameters other than the file's, and for an own one of a built-in kind
 */
export function restoreTokenizer(
  where: string,
  value: unknown,
  own: readonly CustomTokenizer[] = [],
): Tokenizer {
  checkOwn(where, own);
  const kind = kindOf(value);
  const source = own.find((one) => one.kind === kind);
  if (!source || isBuiltInKind(source.kind)) return tokenizerFromJSON(value);
  if ('fromJSON' in source) return checkTokenizer(where, source.fromJSON(value as TokenizerJSON));
  const [theirs, ours] = [value, source.toJSON()].map((json) => JSON.stringify(json));
  if (theirs === ours) return source;
  throw new UnrolledError(
    'option-conflict',
    `${where}: its tokenizer is ${theirs.slice(0, 80)}, the given one ${ours.slice(0, 80)}; both must have the same ` +
      'parameters. Give {kind, fromJSON}, which makes it from those of the file.',
  );
}

function checkOwn(where: string, own: readonly CustomTokenizer[]): void {
  if (!Array.isArray(own)) {
    throw wrongKind(where, 'tokenizers', own, 'a list of tokenizers', 'Give { tokenizers: [mine] }.');
  }
  for (const one of own) {
    if (typeof one?.kind !== 'string') {
      throw wrongKind(where, 'one of tokenizers', one, 'a Tokenizer or {kind, fromJSON}', 'Give its kind.');
    }
    if (!('fromJSON' in one)) checkTokenizer(where, one);
    if (isBuiltInKind(one.kind) && !isBuiltIn(one as Tokenizer)) {
      throw new UnrolledError(
        'option-conflict',
        `${where}: a given tokenizer has the built-in kind ${JSON.stringify(one.kind)}, which is reserved. Give it another.`,
      );
    }
  }
}

function kindOf(value: unknown): unknown {
  return typeof value === 'string' ? value : Object(value).kind;
}
