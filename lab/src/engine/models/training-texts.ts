import { type SourceText, sourceFile } from 'unrolled/recipe';
import { fetchBytes } from '../fetch-bytes.ts';
import { pageAddress } from '../page-address.ts';
import { RunRecords } from '../runs/run-records.ts';
import type { OverflowStore } from '../store/overflow-store.ts';
import type { OpenText } from '../text/open-text.ts';
import type { ModelChoice } from './calls.ts';

const FIRST_TEXT = 'speeches.txt.gz';

/** The texts that models were trained on. */
export class TrainingTexts {
  readonly #records: RunRecords;
  readonly #openText: OpenText;
  /** The texts of open models, by id. */
  readonly #texts: Map<string, Promise<SourceText>> = new Map();

  constructor(store: OverflowStore, openText: OpenText) {
    this.#records = new RunRecords(store);
    this.#openText = openText;
  }

  /** The name of the text; null if this browser does not have it. */
  async nameFor({ id, origin }: ModelChoice): Promise<string | null> {
    if (origin === 'first') return FIRST_TEXT;
    return origin === 'run' ? (await this.#records.record(id)).facts.text : null;
  }

  /** The text of a model that this browser has; else the text that is open in the view Text. Throws UnrolledError. */
  async textFor({ id, origin }: ModelChoice): Promise<SourceText> {
    if (origin !== 'run' && origin !== 'first') return this.#openText.source;
    const text = this.#texts.get(id) ?? (origin === 'run' ? this.#textOfRun(id) : speeches());
    this.#texts.set(id, text);
    return text.catch((error) => {
      this.#texts.delete(id); // the next call tries again
      throw error;
    });
  }

  /** Drops the text of a model that is closed: another run may get its name. */
  drop(id: string): void {
    this.#texts.delete(id);
  }

  async #textOfRun(name: string): Promise<SourceText> {
    return this.#records.source(await this.#records.record(name));
  }
}

async function speeches(): Promise<SourceText> {
  const bytes = await fetchBytes(pageAddress(`./samples/${FIRST_TEXT}`), FIRST_TEXT, () => {});
  return sourceFile(bytes, FIRST_TEXT);
}
