import { type Recipe, type SourceText, type Store, sourceText } from 'unrolled/recipe';
import type { RunFacts, RunMessage, SavedRun } from './calls.ts';

/** A run as the store keeps it, beside its model file and checkpoints. */
export interface RunRecord {
  facts: RunFacts;
  readonly given: Partial<Recipe>;
  readonly minutes: number | null;
  /** What was told of it, so that its curves are there again after a reload. */
  messages: readonly RunMessage[];
}

/** The most step events that are kept: beyond that, every other one goes. */
const MOST_STEPS = 2000;

/** The messages with one more. */
export function withMessage(messages: readonly RunMessage[], next: RunMessage): readonly RunMessage[] {
  const all = [...messages, next];
  const isStep = (message: RunMessage) => message.kind === 'event' && message.event.event === 'step';
  if (!isStep(next) || all.filter(isStep).length <= MOST_STEPS) return all;
  let steps = 0;
  return all.filter((message) => !isStep(message) || steps++ % 2 === 0);
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
    const taken = new Set((await this.list()).map(({ facts }) => facts.name));
    let number = 1;
    while (taken.has(nameOf(number))) number++;
    const facts: RunFacts = { name: nameOf(number), text: source.name, state: 'planning', error: null };
    const record = { facts, given, minutes, messages: [] };
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

  /** All runs, oldest first. */
  async list(): Promise<readonly SavedRun[]> {
    const files = await this.#store.list(RECORD);
    const records = await Promise.all(files.map((file) => this.#record(file)));
    return records
      .map(({ facts, messages }) => ({ facts: atRest(facts), messages }))
      .sort((a, b) => a.facts.name.localeCompare(b.facts.name, 'en', { numeric: true }));
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

/** A run that was under way when the page was closed is paused. */
function atRest(facts: RunFacts): RunFacts {
  const isActive = facts.state === 'running' || facts.state === 'planning';
  return isActive ? { ...facts, state: 'paused' } : facts;
}

function nameOf(number: number): string {
  return `run-${number}.safetensors`;
}
