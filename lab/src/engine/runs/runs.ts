import { bigramPerplexity, generateText, unigramPerplexity } from 'unrolled';
import {
  type Plan,
  planTraining,
  type Recipe,
  type Resumed,
  readResumed,
  runTraining,
  type SourceText,
  type Store,
  trainRequest,
} from 'unrolled/recipe';
import type { Broadcast, Handlers } from '../calls.ts';
import { openFast } from '../machine.ts';
import type { OpenText } from '../text/open-text.ts';
import type { RunCalls, RunFacts, RunMessage, SavedRun } from './calls.ts';
import { type RunRecord, RunRecords, withMessage } from './run-records.ts';

/** Length of the sample after each epoch, in tokens. */
const SAMPLE = 40;
/** The least time between two step events for the page, in milliseconds. */
const STEP_MS = 100;
/** The least time between two samples, at which the record is written too, in milliseconds. */
const SAMPLE_MS = 2000;

interface Active {
  readonly abort: AbortController;
  /** The state that the run is in once it has stopped. */
  next: 'paused' | 'stopped';
}

/** The runs of this browser: each is a model file with checkpoints, its text and its settings in the store. */
export class Runs {
  readonly #store: Store;
  readonly #records: RunRecords;
  readonly #tell: (message: Broadcast) => void;
  readonly #active: Map<string, Active> = new Map();

  constructor(store: Store, tell: (message: Broadcast) => void) {
    this.#store = store;
    this.#records = new RunRecords(store);
    this.#tell = tell;
  }

  /** @param text the text on which a run starts */
  handlers(text: OpenText): Handlers<RunCalls> {
    return {
      train: ({ given, minutes }) => this.start(text.source, given, minutes),
      pause: (name) => this.pause(name),
      resume: (name) => this.resume(name),
      stop: (name) => this.stop(name),
      runs: () => this.list(),
      download: (name) => this.#store.read(name),
      removeRun: (name) => this.remove(name),
    };
  }

  async list(): Promise<readonly SavedRun[]> {
    const runs = await this.#records.list();
    return runs.filter(({ facts }) => !this.#active.has(facts.name));
  }

  /** Starts a run on a text. It continues after this call. */
  async start(source: SourceText, given: Partial<Recipe>, minutes: number | null): Promise<RunFacts> {
    const record = await this.#records.create(source, given, minutes);
    void this.#follow(record, source, null);
    return record.facts;
  }

  /** Stops after the current step; the run can be resumed to the same bits. */
  pause(name: string): void {
    this.#halt(name, 'paused');
  }

  /** Ends a run. Its model file has the best weights so far. */
  stop(name: string): void {
    this.#halt(name, 'stopped');
  }

  /** Resumes a run from its newest checkpoint, also after the page was closed. */
  async resume(name: string): Promise<void> {
    const { record, source } = await this.#records.read(name);
    void this.#follow(record, source, await readResumed(this.#store, name, 'latest'));
  }

  async remove(name: string): Promise<void> {
    this.#halt(name, 'stopped');
    await this.#records.remove(name);
  }

  #halt(name: string, next: Active['next']): void {
    const active = this.#active.get(name);
    if (!active) return;
    active.next = next;
    active.abort.abort();
  }

  /** Runs to the end, or until it is paused or stopped, and tells what happens. */
  async #follow(record: RunRecord, source: SourceText, resumed: Resumed | null): Promise<void> {
    const { name } = record.facts;
    const active: Active = { abort: new AbortController(), next: 'paused' };
    this.#active.set(name, active);
    try {
      await this.#set(record, 'planning');
      const plan = await this.#plan(record, source, resumed);
      await this.#set(record, 'running');
      const finished = await this.#train(record, plan, active.abort.signal);
      await this.#set(record, finished ? 'done' : active.next);
    } catch (error) {
      await this.#set(record, 'failed', (error as Error).message);
    } finally {
      this.#active.delete(name);
    }
  }

  async #set(record: RunRecord, state: RunFacts['state'], error?: string): Promise<void> {
    record.facts = { ...record.facts, state, ...(error !== undefined && { error }) };
    await this.#records.write(record).catch((failure: Error) => {
      record.facts = { ...record.facts, error: failure.message };
    });
    this.#tell({ kind: 'run', facts: record.facts });
  }

  #plan({ given, minutes, facts }: RunRecord, source: SourceText, resumed: Resumed | null): Promise<Plan> {
    const request = trainRequest(given, minutes === null ? {} : { minutes });
    return planTraining(
      request,
      { train: [source], valid: null, test: null },
      { out: facts.name, openBackend: openFast, store: this.#store, resumed },
    );
  }

  /** Returns whether the run came to its end. */
  async #train(record: RunRecord, plan: Plan, signal: AbortSignal): Promise<boolean> {
    try {
      const { name } = record.facts;
      if (!plan.resumed) this.#tellBaselines(record, plan);
      const began = performance.now() - 1000 * trainedSeconds(record.messages);
      let [last, sampled, finished] = [0, 0, false];
      for await (const event of runTraining(plan, { store: this.#store, signal })) {
        const now = performance.now();
        if (event.event === 'step') {
          if (now - last < STEP_MS) continue;
          last = now;
        }
        this.#note(record, { kind: 'event', name, event, seconds: (now - began) / 1000 });
        if (event.event === 'epoch' && now - sampled >= SAMPLE_MS) {
          sampled = now;
          await this.#tellSample(record, plan, event.epoch);
        }
        finished = event.event === 'result';
      }
      return finished;
    } finally {
      plan.model.backend.close();
    }
  }

  /** Tells a message, and keeps it for the next visit. */
  #note(record: RunRecord, message: RunMessage): void {
    record.messages = withMessage(record.messages, message);
    this.#tell(message);
  }

  #tellBaselines(record: RunRecord, { counts, trainingData: { valid } }: Plan): void {
    if (!valid || valid.ids.length < 2) return;
    const [unigram, bigram] = [unigramPerplexity(counts, valid.ids), bigramPerplexity(counts, valid.ids)];
    this.#note(record, { kind: 'baselines', name: record.facts.name, unigram, bigram });
  }

  /** The model has states of its own for this, so the run's states stay as they are. */
  async #tellSample(record: RunRecord, plan: Plan, epoch: number): Promise<void> {
    const text = await generateText(plan, '', { length: SAMPLE, seed: epoch });
    this.#note(record, { kind: 'sample', name: record.facts.name, epoch, text });
    await this.#set(record, 'running');
  }
}

/** The training time of the messages so far, in seconds. */
function trainedSeconds(messages: readonly RunMessage[]): number {
  return messages.reduce(
    (most, message) => (message.kind === 'event' ? Math.max(most, message.seconds) : most),
    0,
  );
}
