import { UnrolledError } from 'unrolled';
import { type Recipe, type SourceText, sourceText } from 'unrolled/recipe';
import type { OverflowStore } from '../store/overflow-store.ts';
import type { RunFacts, RunMessage, SavedRun } from './calls.ts';

/** What a run is started with. */
export interface RunRequest {
  readonly given: Partial<Recipe>;
  readonly minutes: number | null;
  /** The recipe that it starts from; without one, what was not given is chosen for the text. */
  readonly preset: string | null;
}

/** A run as the store keeps it, beside its model file and checkpoints. */
export interface RunRecord extends RunRequest {
  facts: RunFacts;
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
  readonly #store: OverflowStore;

  constructor(store: OverflowStore) {
    this.#store = store;
  }

  /** A record with the next free name: `run-1.safetensors`. */
  async create(source: SourceText, request: RunRequest): Promise<RunRecord> {
    const taken = new Set(await this.#store.list(RECORD));
    let number = 1;
    while (taken.has(`${RECORD}${nameOf(number)}`)) number++;
    const about = { name: nameOf(number), text: source.name };
    const facts: RunFacts = { ...about, state: 'planning', error: null, notKept: null };
    const record = { facts, ...request, messages: [] };
    await this.#store.write(`${TEXT}${facts.name}`, new TextEncoder().encode(source.text));
    await this.write(record);
    return record;
  }

  /** Writes a record, and notes in it whether the browser keeps the run. */
  async write(record: RunRecord): Promise<void> {
    const { name } = record.facts;
    await this.#store.write(`${RECORD}${name}`, new TextEncoder().encode(JSON.stringify(record)));
    record.facts = { ...record.facts, notKept: this.#notKept(name) };
  }

  /** All runs, oldest first. */
  async list(): Promise<readonly SavedRun[]> {
    const files = await this.#store.list(RECORD);
    const records = await Promise.all(files.map((file) => this.#listed(file.slice(RECORD.length))));
    return records
      .filter((record) => record !== null)
      .map(({ facts, messages }) => ({ facts: atRest(facts), messages }))
      .sort((a, b) => a.facts.name.localeCompare(b.facts.name, 'en', { numeric: true }));
  }

  /** The record of a run; null where another tab is about to write it, when it is empty, or has just removed it. */
  async #listed(name: string): Promise<RunRecord | null> {
    try {
      const bytes = await this.#store.read(`${RECORD}${name}`);
      return bytes.length === 0 ? null : this.#opened(name, bytes);
    } catch (error) {
      if (error instanceof UnrolledError && error.code === 'file-missing') return null;
      throw error;
    }
  }

  async record(name: string): Promise<RunRecord> {
    return this.#opened(name, await this.#store.read(`${RECORD}${name}`));
  }

  #opened(name: string, bytes: Uint8Array): RunRecord {
    const record = JSON.parse(new TextDecoder().decode(bytes)) as RunRecord;
    return { ...record, facts: { ...record.facts, notKept: this.#notKept(name) } };
  }

  /** The text of a run. */
  async source({ facts }: RunRecord): Promise<SourceText> {
    const bytes = await this.#store.read(`${TEXT}${facts.name}`);
    return sourceText(new TextDecoder().decode(bytes), facts.text);
  }

  async remove(name: string): Promise<void> {
    const stem = name.replace(/\.safetensors$/, '');
    const files = [...(await this.#store.list(`${stem}.`)), `${RECORD}${name}`, `${TEXT}${name}`];
    for (const file of files) await this.#store.remove(file);
  }

  /** Why the browser does not keep all of a run; null if it does. Checkpoints follow: the next one may fit. */
  #notKept(name: string): string | null {
    return this.#store.notKept(`${TEXT}${name}`, name, `${RECORD}${name}`);
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
