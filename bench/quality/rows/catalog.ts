import { type QualityText, qualityTexts, type TextFiles, type Unit } from '../texts.ts';

/** A row of the table: a text, flags of `unrolled train`, and what is reported. */
export interface QualityRow {
  readonly title: string;
  readonly text: QualityText;
  /** Minutes of training. */
  readonly minutes: number;
  /** Flags of `unrolled train`, without texts, minutes and seed; those of the text's tokens come before. */
  readonly flags: string;
  /** The number that is compared: the text's unit, or another one. */
  readonly unit: Unit;
  /** Whether dynamic evaluation and the cache are fitted and reported. */
  readonly adapts: boolean;
  /** The operands and texts of `unrolled train`; default: its training and validation file. */
  readonly operands?: (files: TextFiles) => readonly string[];
}

const { ptb, shakespeare, speeches } = qualityTexts;

const words = (minutes: number): QualityRow => ({
  title: ptb.title,
  text: ptb,
  ...{ minutes, flags: '', unit: 'perplexity', adapts: true },
});

const characters = (minutes: number): QualityRow => ({
  title: `${shakespeare.title} by characters`,
  text: shakespeare,
  ...{ minutes, flags: '', unit: 'nats', adapts: false },
});

/** Tiny Shakespeare as it is: the program decides about tokens and validation text. */
const raw: QualityText = {
  ...shakespeare,
  title: 'tiny Shakespeare, raw',
  tokens: '',
  windows: [],
  files: (data) => ({ train: `${data}/input.txt`, valid: null, test: null }),
};

export const rows: Readonly<Record<string, QualityRow>> = {
  'ptb-5': words(5),
  'ptb-30': words(30),
  'ptb-90': words(90),
  'shakespeare-3': characters(3),
  'shakespeare-30': characters(30),
  'shakespeare-raw': {
    title: 'tiny Shakespeare as a raw text, default flags',
    text: raw,
    ...{ minutes: 2, flags: '', unit: 'bits per byte', adapts: false },
    operands: ({ train }) => [train],
  },
  speeches: {
    title: 'the bundled speeches, first run, wasm alone',
    text: speeches,
    ...{ minutes: 2, flags: '--backend wasm', unit: 'perplexity', adapts: false },
    operands: () => [],
  },
};

export const rowNames: readonly string[] = Object.keys(rows);
