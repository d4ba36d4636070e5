import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The unit in which a text's results are read: words in perplexity, characters in nats per character, raw text in bits per byte. */
export type Unit = 'perplexity' | 'nats' | 'bits per byte';

/** Files of one text. */
export interface TextFiles {
  readonly train: string;
  /** Null where the program splits one off. */
  readonly valid: string | null;
  /** Null for a text without one. */
  readonly test: string | null;
}

/** A text that the user brings, and how it is read. */
export interface QualityText {
  readonly title: string;
  /** The files in the user's folder. */
  readonly needs: readonly string[];
  /** Flags of `unrolled train` that say what a token is. */
  readonly tokens: string;
  readonly unit: Unit;
  /** Lengths of nanoGPT's windows. */
  readonly windows: readonly number[];
  /** Losses, in the unit, whose minutes are compared. */
  readonly goals: readonly number[];
  /** @param data the user's folder @param folder where derived files are written */
  files(data: string, folder: string): TextFiles;
}

/** nanoGPT's split of tiny Shakespeare: the first nine tenths train, the rest validates. */
const [TRAIN, VALID] = [1_003_854, 111_540];

export const qualityTexts: Readonly<Record<'ptb' | 'shakespeare' | 'speeches', QualityText>> = {
  ptb: {
    title: 'Penn Treebank',
    needs: ['ptb.train.txt', 'ptb.valid.txt', 'ptb.test.txt'],
    tokens: '--tokens word --vocab-size all',
    unit: 'perplexity',
    windows: [],
    goals: [150, 130, 120, 110, 105, 100, 95, 90, 85, 80],
    files: (data) => ({
      train: join(data, 'ptb.train.txt'),
      valid: join(data, 'ptb.valid.txt'),
      test: join(data, 'ptb.test.txt'),
    }),
  },
  shakespeare: {
    title: 'tiny Shakespeare',
    needs: ['input.txt'],
    tokens: '--tokens char --vocab-size all',
    unit: 'nats',
    windows: [64, 256],
    goals: [1.8, 1.7, 1.65, 1.6, 1.55, 1.5, 1.48, 1.45],
    files: (data, folder) => {
      const text = readFileSync(join(data, 'input.txt'), 'utf8');
      const parts = splitShakespeare(text);
      const paths = ['train', 'valid'].map((part) => join(folder, `shakespeare.${part}.txt`));
      paths.forEach((path, i) => void writeFileSync(path, parts[i]));
      return { train: paths[0], valid: paths[1], test: null };
    },
  },
  speeches: {
    title: 'the bundled speeches',
    needs: [],
    tokens: '',
    unit: 'perplexity',
    windows: [],
    goals: [],
    files: () => {
      const path = (part: string) => fileURLToPath(new URL(`../../dist/corpus/${part}.txt`, import.meta.url));
      return { train: path('train'), valid: path('valid'), test: path('test') };
    },
  },
};

/** The text split as nanoGPT splits it. @throws for a text of another length */
export function splitShakespeare(text: string): [train: string, valid: string] {
  if (text.length === TRAIN + VALID) return [text.slice(0, TRAIN), text.slice(TRAIN)];
  throw new Error(
    `input.txt has ${text.length} characters; tiny Shakespeare has ${TRAIN + VALID}. Use the file that nanoGPT downloads.`,
  );
}

/** The files of a text. @param quick only the beginning of each, in `folder` @throws when the user's folder lacks one */
export function textFiles(
  { needs, files }: QualityText,
  {
    data,
    folder,
    quick,
  }: { readonly data: string | undefined; readonly folder: string; readonly quick: boolean },
): TextFiles {
  const missing = needs.find((file) => data === undefined || !existsSync(join(data, file)));
  if (missing !== undefined) {
    throw new Error(`--data ${data ?? 'is missing and'} has no ${missing}; it needs ${needs.join(', ')}`);
  }
  mkdirSync(folder, { recursive: true });
  const all = files(data ?? '', folder);
  if (!quick) return all;
  const part = <Path extends string | null>(path: Path, length: number): Path => {
    if (path === null) return path;
    const to = join(folder, `quick.${basename(path)}`);
    writeFileSync(to, beginning(readFileSync(path, 'utf8'), length));
    return to as Path;
  };
  return { train: part(all.train, 100_000), valid: part(all.valid, 10_000), test: part(all.test, 10_000) };
}

/** Whole lines of about `length` characters. */
export function beginning(text: string, length: number): string {
  return text.slice(0, text.lastIndexOf('\n', length) + 1) || text;
}
