import {
  type Comparison,
  ComparisonBuilder,
  RecordEncoder,
  type SavedModel,
  scoreCompact,
  totalsRecord,
  UnrolledError,
} from 'unrolled';
import type { SourceText } from 'unrolled/recipe';
import type { Broadcast, Handlers } from '../calls.ts';
import type { Models } from '../models/models.ts';
import type { OpenText } from '../text/open-text.ts';
import { readFile } from '../text/read-files.ts';
import type {
  ScoreUnit,
  ScoringCalls,
  ScoringFacts,
  ScoringLayout,
  ScoringOutline,
  ScoringSource,
} from './calls.ts';
import { detailsOf, passageOf } from './details.ts';
import { linesTogether } from './lines-together.ts';
import { curveOf, placesOf } from './outline.ts';
import { PairedUnits } from './paired-units.ts';
import { Progress } from './progress.ts';
import { RowLayout } from './row-layout.ts';
import { differencesFile, rowsFile } from './score-file.ts';
import { ScoredText } from './scored-text.ts';
import { rowsOf } from './segments.ts';

/** The most likely tokens that are kept for each token. */
const ALTERNATIVES = 5;
/** The most of a text that is scored, in UTF-16 units: 100 bytes of memory per token and model. */
const LONGEST = 6_000_000;

/** A text, scored. */
interface Scored {
  readonly source: { readonly name: string | null; readonly text: string; readonly length: number };
  readonly texts: readonly ScoredText[];
  readonly pairs: PairedUnits | null;
  readonly comparison: Comparison | null;
  /** Whether it was read to its end. */
  readonly isWhole: boolean;
}

/** The text of the view Read, scored by one or two models. */
export class Scoring {
  readonly #models: Models;
  readonly #openText: OpenText;
  readonly #tell: (message: Broadcast) => void;
  #file: SourceText | null = null;
  #scored: Scored | null = null;
  #rows: RowLayout | null = null;
  #isStopped = false;

  constructor(models: Models, openText: OpenText, tell: (message: Broadcast) => void) {
    this.#models = models;
    this.#openText = openText;
    this.#tell = tell;
  }

  get handlers(): Handlers<ScoringCalls> {
    return {
      openScoringFile: async (file, signal) => {
        this.#file = await readFile(file, signal);
      },
      scoreText: ({ source, models }, signal) => this.#scoreBy(models, source, signal),
      stopScoring: () => {
        this.#isStopped = true;
      },
      outline: (layout) => this.#outline(layout),
      scoredRows: ({ from, to, ...layout }) => {
        const { texts, pairs } = this.#open;
        return rowsOf(texts, pairs, this.#rowsOf(layout), from, to);
      },
      scoredUnit: ({ by, token }) => this.#unit(by, token),
      passage: (token) => passageOf(this.#open.texts[0], token),
      scoreFile: ({ by, format }) => this.#saved(by, format),
    };
  }

  get #open(): Scored {
    if (this.#scored) return this.#scored;
    throw new UnrolledError('call-order', 'Read: no text is scored; call scoreText first.');
  }

  async #scoreBy(ids: readonly string[], source: ScoringSource, signal: AbortSignal): Promise<ScoringFacts> {
    const [first, second] = ids;
    const text = this.#textOf(source);
    return this.#models.use(first, ({ saved: a }) =>
      second === undefined
        ? this.#score([a], text, signal)
        : this.#models.use(second, ({ saved: b }) => this.#score([a, b], text, signal)),
    );
  }

  #textOf(source: ScoringSource): Scored['source'] {
    const { name, text } =
      source.kind === 'text'
        ? { name: null, text: source.text }
        : source.kind === 'valid'
          ? this.#openText.validPart
          : this.#openFile;
    return { name, text: text.slice(0, LONGEST), length: text.length };
  }

  get #openFile(): SourceText {
    if (this.#file) return this.#file;
    throw new UnrolledError('text-empty', 'Read: no file is open; it needs one. Open a file.');
  }

  async #score(
    models: readonly SavedModel[],
    source: Scored['source'],
    signal: AbortSignal,
  ): Promise<ScoringFacts> {
    this.#isStopped = false;
    const builder = models.length === 2 ? new ComparisonBuilder(models[0], models[1]) : null;
    const texts = models.map((saved) => new ScoredText(saved));
    const progress = new Progress(source.text.length, this.#tell);
    let isWhole = true;
    for await (const lines of linesTogether(
      models.map((saved) => this.#linesOf(saved, source.text, signal)),
    )) {
      for (const [i, line] of lines.entries()) texts[i].add(line);
      builder?.add(lines.slice(0, 1), lines.slice(1));
      await progress.add(lines[0], signal);
      isWhole = !this.#isStopped;
      if (!isWhole) break;
    }
    if (texts[0].length === 0) throw withoutTokens(source.name, models[0]);
    const comparison = builder?.conclude() ?? null;
    const pairs = comparison && new PairedUnits(texts[0], texts[1], comparison.unit === 'token');
    this.#scored = { source, texts, pairs, comparison, isWhole };
    this.#rows = null;
    return factsOf(this.#scored, progress.read);
  }

  /** The lines that are there already, or those that the model scores now. */
  #linesOf(saved: SavedModel, text: string, signal: AbortSignal) {
    const before = this.#scored;
    const isThere = before?.isWhole && before.source.text === text;
    const known = isThere ? before.texts.find((one) => one.saved === saved) : undefined;
    return known?.lines ?? scoreCompact(saved, text, { alternatives: ALTERNATIVES, signal });
  }

  #rowsOf(layout: ScoringLayout): RowLayout {
    const [text] = this.#open.texts;
    const { by, columns, numbers } = this.#rows?.layout ?? {};
    const isSame = by === layout.by && columns === layout.columns && numbers === layout.numbers;
    if (!this.#rows || !isSame) this.#rows = new RowLayout(text, layout);
    return this.#rows;
  }

  #outline(layout: ScoringLayout): ScoringOutline {
    const { texts, pairs } = this.#open;
    const rows = this.#rowsOf(layout);
    return { rows: rows.rows, places: placesOf(texts[0], pairs, rows), curve: curveOf(texts) };
  }

  #unit(by: ScoreUnit, token: number) {
    const { texts, pairs } = this.#open;
    const unit = texts[0].unitOf(by, token);
    const other = pairs?.other(by, unit) ?? null;
    const first = detailsOf(texts[0], by, unit);
    return other === null ? [first] : [first, detailsOf(texts[1], by, other)];
  }

  #saved(by: ScoreUnit, format: 'json' | 'tsv'): Blob {
    const { texts, pairs, comparison } = this.#open;
    if (!pairs || !comparison) return rowsFile(texts[0], by, format);
    if (format === 'tsv') return differencesFile(texts[0], texts[1], pairs, by);
    const [a, b] = texts.map(({ totals }) => totalsRecord(totals));
    return new Blob([new RecordEncoder('json').write({ ...comparison, a, b })]);
  }
}

function factsOf({ source, texts, comparison, isWhole }: Scored, read: number): ScoringFacts {
  return {
    ...{ name: source.name, length: source.length, read: isWhole ? source.text.length : read },
    totals: texts.map(({ totals }) => totalsRecord(totals)),
    comparison: comparison && { unit: comparison.unit, difference: comparison.difference },
  };
}

function withoutTokens(name: string | null, { tokenizer }: SavedModel): UnrolledError {
  return new UnrolledError(
    'text-empty',
    `${name ?? 'text'}: the text has no ${tokenizer.unit}; it needs at least one. Use another text.`,
  );
}
