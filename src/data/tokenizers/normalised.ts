import { UnrolledError } from '../../errors.ts';
import { wrongKind } from '../../kinds.ts';
import type { IntList } from '../int-list.ts';
import { FormPositions, inForm, isNormalForm, type NormalForm, normalForms } from '../texts/normal-form.ts';
import {
  builtIn,
  checkTokenizer,
  isBuiltIn,
  type Tokenizer,
  type TokenizerJSON,
  type TokenSpan,
} from './tokenizer.ts';

/**
 * Wraps a tokenizer so that it normalises text first: `é` has one spelling, and with `nfkc` `ﬁ` becomes `fi`. Spans are positions
 * in the original text; decoded text is normalised.
 * @throws {UnrolledError} code `option-conflict` for a custom tokenizer, `option-value` for another form
 */
export function normalised(tokenizer: Tokenizer, form: NormalForm): Tokenizer {
  checkTokenizer('normalised', tokenizer);
  if (!isBuiltIn(tokenizer)) throw notOurs(tokenizer);
  if (!isNormalForm(form)) throw wrongKind('normalised', 'the form', form, normalForms.join(' or '), '');
  // NFKC text is also in NFC.
  if (Object(tokenizer.toJSON()).normalize === 'nfkc') return tokenizer;
  const { kind, unit, wholeWords, granularity, lineEnd, fitted, encode, bytesOf } = tokenizer;
  const { prefixSpace = false } = tokenizer;
  return builtIn({
    ...{ kind, unit, wholeWords, granularity, lineEnd, prefixSpace },
    cut: withForm(tokenizer.cut ?? tokenizer.toJSON(), form),
    fixedVocabulary: () => tokenizer.fixedVocabulary(),
    ...(fitted && {
      fitted: (counts: ReadonlyMap<string, number>) => normalised(fitted.call(tokenizer, counts), form),
    }),
    tokenize: (text) => tokenizer.tokenize(inForm(text, form)),
    ...(encode && {
      encode: (text: string, ids: IntList) => encode.call(tokenizer, inForm(text, form), ids),
    }),
    *spans(text: string): Iterable<TokenSpan> {
      const positions = new FormPositions(text, form);
      for (const { token, start, end } of tokenizer.spans(inForm(text, form))) {
        yield { token, start: positions.start(start), end: positions.end(end) };
      }
    },
    ...(bytesOf && { bytesOf: (token: string) => bytesOf.call(tokenizer, token) }),
    decoder: () => tokenizer.decoder(),
    readableDecoder: () => tokenizer.readableDecoder(),
    partial: (text) => new FormPositions(text, form).start(tokenizer.partial(inForm(text, form))),
    endsWithSpace: (text) => tokenizer.endsWithSpace(text),
    toJSON: () => withForm(tokenizer.toJSON(), form),
  });
}

function withForm(json: TokenizerJSON, normalize: NormalForm): TokenizerJSON {
  return { ...(typeof json === 'string' ? { kind: json } : json), normalize };
}

function notOurs({ kind }: Tokenizer): UnrolledError {
  return new UnrolledError(
    'option-conflict',
    `normalised: the tokenizer ${JSON.stringify(kind)} is custom; it must be a built-in one. Normalise the text in ` +
      'your tokenizer.',
  );
}
