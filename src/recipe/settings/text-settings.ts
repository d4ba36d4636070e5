import { itemSplit } from '../../data/items/item-split.ts';
import { normalForms } from '../../data/texts/normal-form.ts';
import { choice, flag, orNull, positiveInteger, real } from '../../kinds.ts';
import { type TextSettings, tokenNames } from '../recipe.ts';
import type { Table } from './setting.ts';

/** Settings of the texts and their tokens. */
export const textSettings: Table<TextSettings> = {
  tokens: {
    kind: choice(tokenNames),
    default: 'word',
    automatic: 'auto',
    flag: {
      name: 'tokens',
      value: 'KIND',
      help: 'What a token is; bpe learns pieces of words; auto takes word where punctuation is separated already, else bpe',
    },
  },
  normalize: {
    kind: orNull(choice(normalForms), 'none'),
    flag: {
      name: 'normalize',
      value: 'FORM',
      help: 'Read texts in a Unicode normal form: nfc has one spelling of é, nfkc also of ﬁ and fi',
    },
  },
  vocabSize: {
    kind: orNull(positiveInteger, 'all'),
    default: 4000,
    except: 'of bpe what suits the text',
    flag: {
      name: 'vocab-size',
      value: 'N',
      help: 'Keep the N most frequent tokens, or all; the others are read as <unk>. With bpe: learn N pieces, at least 257',
    },
  },
  items: {
    kind: orNull(itemSplit, 'none'),
    flag: {
      name: 'items',
      value: 'SPLIT',
      help: 'Cut the texts into items, each with an end of its own: line, blank-line, file, jsonl:FIELD, csv:COLUMN',
    },
  },
  skipBad: {
    kind: flag,
    flag: { name: 'skip-bad', help: 'Items: leave out and count lines or rows that cannot be read' },
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
      help: 'Validation text, which chooses the best epoch: a file, or a fraction of the training text: its end, or a sample of the items',
    },
  },
};
