import { type Recipe, type SourceText, type Store, sourceText } from 'unrolled/recipe';
import type { RunFacts } from './calls.ts';

/** A run as the store keeps it, beside its model file and checkpoints. */
export interface RunRecord {
  facts: RunFacts;
  readonly given: Partial<Recipe>;
  readonly minutes: number | null;
}

const RECORD = 'record-';
const TEXT = 'text-';

/** The records and texts of the runs. */
export class RunRecords {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** A record with the next free name: `run-1.safetensors`. */
  async create(source: SourceText, given: Partial<Recipe>, minutes: number | null): Promise<RunRecord> {
    const taken = new Set((await this.list()).map(({ name }) => name));
    let number = 1;
    while (taken.has(nameOf(number))) number++;
    const facts: RunFacts = { name: nameOf(number), text: source.name, state: 'planning', error: null };
    const record = { facts, given, minutes };
    await this.#store.write(`${TEXT}${facts.name}`, new TextEncoder().encode(source.text));
    await this.write(record);
    return record;
  }

  async write(record: RunRecord): Promise<void> {
    await this.#store.write(
      `${RECORD}${record.facts.name}`,
      new TextEncoder().encode(JSON.stringify(record)),
    );
  }

  /** All runs, oldest first. One that ran when the page was closed is paused. */
  async list(): Promise<readonly RunFacts[]> {
    const files = await this.#store.list(RECORD);
    const records = await Promise.all(files.map((file) => this.#record(file)));
    return records
      .map(({ facts }) => facts)
      .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
  }

  async read(name: string): Promise<{ readonly record: RunRecord; readonly source: SourceText }> {
    const record = await this.#record(`${RECORD}${name}`);
    const bytes = await this.#store.read(`${TEXT}${name}`);
    return { record, source: await sourceText(new TextDecoder().decode(bytes), record.facts.text) };
  }

  async remove(name: string): Promise<void> {
    const stem = name.replace(/\.safetensors$/, '');
    const files = [...(await this.#store.list(`${stem}.`)), `${RECORD}${name}`, `${TEXT}${name}`];
    for (const file of files) await this.#store.remove(file);
  }

  async #record(file: string): Promise<RunRecord> {
    return JSON.parse(new TextDecoder().decode(await this.#store.read(file))) as RunRecord;
  }
}

function nameOf(number: number): string {
  return `run-${number}.safetensors`;
}
