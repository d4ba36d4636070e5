import { itemSplit } from '../../data/items/item-split.ts';
import { normalForms } from '../../data/texts/normal-form.ts';
import { choice, flag, orNull, positiveInteger, real } from '../../kinds.ts';
import { type TextSettings, tokenNames } from '../recipe.ts';
import type { Table } from './setting.ts';

/** The settings of the text and its tokens. */
export const textSettings: Table<TextSettings> = {
  tokens: {
    kind: choice(tokenNames),
    default: 'word',
    automatic: 'auto',
    flag: {
      name: 'tokens',
      value: 'KIND',
      help: 'Token type: bpe learns subword pieces; auto uses word if the text separates its punctuation, otherwise bpe',
    },
  },
  normalize: {
    kind: orNull(choice(normalForms), 'none'),
    flag: {
      name: 'normalize',
      value: 'FORM',
      help: 'Unicode normalisation of the texts: nfc composes characters; nfkc also replaces variants, such as the ligature ﬁ by fi',
    },
  },
  vocabSize: {
    kind: orNull(positiveInteger, 'all'),
    default: 4000,
    except: 'with bpe, chosen for the text',
    flag: {
      name: 'vocab-size',
      value: 'N',
      help: 'Vocabulary size: keep the N most frequent tokens and replace the others by <unk>; with bpe, learn N pieces, at least 257',
    },
  },
  items: {
    kind: orNull(itemSplit, 'none'),
    flag: {
      name: 'items',
      value: 'SPLIT',
      help: 'Split the texts into independent items, each followed by an end token: line, blank-line, file, jsonl:FIELD, csv:COLUMN',
    },
  },
  skipBad: {
    kind: flag,
    flag: {
      name: 'skip-bad',
      help: 'With jsonl or csv items: skip and count malformed lines instead of failing',
    },
  },
  maxTokens: {
    kind: orNull(positiveInteger, 'all'),
    default: null,
    flag: { name: 'max-tokens', value: 'N', help: 'Use only the first N tokens of the training text' },
  },
  validFraction: {
    kind: orNull(real({ above: 0, below: 1 }), 'none'),
    default: 0.1,
    flag: {
      name: 'valid',
      value: 'FILE|FRACTION|none',
      help: 'Validation data, used to select the best epoch: a file, or a fraction of the training data (the end of the text, or a sample of the items)',
    },
  },
};
