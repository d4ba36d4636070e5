import { bigramPerplexity, generateText, UnrolledError, unigramPerplexity } from 'unrolled';
import {
  type Plan,
  planTraining,
  type Resumed,
  readResumed,
  runTraining,
  type SourceText,
  trainRequest,
} from 'unrolled/recipe';
import type { Broadcast, Handlers } from '../calls.ts';
import { messageOf } from '../error-message.ts';
import { openFast } from '../machine.ts';
import type { OtherTabs } from '../other-tabs.ts';
import type { OverflowStore } from '../store/overflow-store.ts';
import type { OpenText } from '../text/open-text.ts';
import type { RunCalls, RunFacts, RunListing, RunMessage, SavedRun } from './calls.ts';
import { RecentLoss } from './recent-loss.ts';
import { RunLocks } from './run-locks.ts';
import { type RunRecord, RunRecords, type RunRequest, withMessage } from './run-records.ts';

/** Length of the sample after each epoch, in tokens. */
const SAMPLE = 40;
/** The least time between two step events for the page, in milliseconds: drawing takes its time from the threads that train. */
const STEP_MS = 250;
/** The least time between two samples, at which the record is written too, in milliseconds. */
const SAMPLE_MS = 2000;

interface Active {
  readonly abort: AbortController;
  /** The state that the run is in once it has stopped. */
  next: 'paused' | 'stopped';
  /** Resolves when it has stopped. */
  ended: Promise<void>;
}

/** The runs of this browser: each is a model file with checkpoints, its text and its settings in the store. */
export class Runs {
  readonly #store: OverflowStore;
  readonly #records: RunRecords;
  readonly #locks: RunLocks = new RunLocks();
  readonly #tell: (message: Broadcast) => void;
  readonly #tabs: Pick<OtherTabs, 'send'>;
  readonly #modelChanged: (name: string) => Promise<void>;
  readonly #active: Map<string, Active> = new Map();
  /** The runs whose checkpoints are being read, or that are being removed. */
  readonly #changing: Set<string> = new Set();
  /** The runs of other tabs whose release is awaited. */
  readonly #awaited: Set<string> = new Set();

  /**
   * @param tabs the other tabs, which list the same runs
   * @param modelChanged called when the model file of a run was written or removed
   */
  constructor(
    store: OverflowStore,
    tell: (message: Broadcast) => void,
    tabs: Pick<OtherTabs, 'send'>,
    modelChanged: (name: string) => Promise<void>,
  ) {
    this.#store = store;
    this.#records = new RunRecords(store);
    this.#tell = tell;
    this.#tabs = tabs;
    this.#modelChanged = modelChanged;
  }

  /** @param text the text on which a run starts */
  handlers(text: OpenText): Handlers<RunCalls> {
    return {
      train: ({ given, minutes }) => this.start(text.source, { given, minutes, preset: null }),
      pause: (name) => this.pause(name),
      resume: (name) => this.resume(name),
      stop: (name) => this.stop(name),
      runs: () => this.list(),
      openRunText: async (name) => text.open(await this.#records.source(await this.#records.record(name))),
      // Not bytes: those would be copied on the page's thread.
      download: async (name) => new Blob([new Uint8Array(await this.#store.read(name))]),
      removeRun: (name) => this.remove(name),
    };
  }

  /** The runs that are at rest or under way in another tab, and the names of those that are under way here. */
  async list(): Promise<RunListing> {
    const locked = await this.#locks.held();
    const saved = await this.#records.list();
    const others = saved.filter(({ facts }) => !this.#active.has(facts.name));
    return {
      active: [...this.#active.keys()],
      saved: others.map((run) => (locked.has(run.facts.name) ? this.#elsewhere(run) : run)),
    };
  }

  /** A run that another tab trains. The page is notified when it is released. */
  #elsewhere(run: SavedRun): SavedRun {
    const { name } = run.facts;
    if (!this.#awaited.has(name)) {
      this.#awaited.add(name);
      void this.#locks.freed(name).then(() => {
        this.#awaited.delete(name);
        this.#tell({ kind: 'runs' });
      });
    }
    return { ...run, facts: { ...run.facts, state: 'elsewhere' } };
  }

  /** Starts a run on a text. It continues after this call. */
  async start(source: SourceText, request: RunRequest): Promise<RunFacts> {
    const record = await this.#locks.whileCreating(() => this.#records.create(source, request));
    this.#begin(record, source, null, await this.#locks.lock(record.facts.name));
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

  /** Resumes a run from its newest checkpoint, also after the page was closed; begins again where it has none yet. */
  async resume(name: string): Promise<void> {
    const active = this.#active.get(name);
    if (active && !active.abort.signal.aborted) return; // a second click
    await this.#change(name, () => this.#continue(name, active?.ended));
  }

  async #continue(name: string, ended: Promise<void> | undefined): Promise<void> {
    await ended;
    const unlock = await this.#locks.lock(name);
    try {
      const record = await this.#records.record(name);
      const resumed = await readResumed(this.#store, name, 'latest').catch(nothingIfMissing);
      if (!resumed) record.messages = [];
      this.#begin(record, await this.#records.source(record), resumed, unlock);
    } catch (error) {
      unlock();
      throw error;
    }
  }

  /** Deletes a run, once it has stopped: it would write its files again. */
  async remove(name: string): Promise<void> {
    await this.#change(name, () => this.#remove(name));
  }

  /** Resumes or removes a run, unless it is being resumed or removed: a second click does nothing. */
  async #change(name: string, work: () => Promise<void>): Promise<void> {
    if (this.#changing.has(name)) return;
    this.#changing.add(name);
    await work().finally(() => this.#changing.delete(name));
  }

  async #remove(name: string): Promise<void> {
    this.#halt(name, 'stopped');
    await this.#active.get(name)?.ended;
    const unlock = await this.#locks.lock(name);
    await this.#records.remove(name).finally(unlock);
    this.#tabs.send({ kind: 'runs' });
    await this.#modelChanged(name);
  }

  #halt(name: string, next: Active['next']): void {
    const active = this.#active.get(name);
    if (!active) return;
    active.next = next;
    active.abort.abort();
  }

  #begin(record: RunRecord, source: SourceText, resumed: Resumed | null, unlock: () => void): void {
    const { name } = record.facts;
    const active: Active = { abort: new AbortController(), next: 'paused', ended: Promise.resolve() };
    this.#active.set(name, active);
    this.#tabs.send({ kind: 'runs' });
    active.ended = this.#follow(record, source, resumed, active).finally(() => {
      this.#active.delete(name);
      unlock();
    });
  }

  /** Runs to the end, or until it is paused or stopped, and tells what happens. */
  async #follow(record: RunRecord, source: SourceText, resumed: Resumed | null, active: Active) {
    const { signal } = active.abort;
    try {
      await this.#set(record, 'planning');
      const plan = await this.#plan(record, source, resumed, signal);
      await this.#set(record, 'running');
      const finished = await this.#train(record, plan, signal);
      await this.#set(record, finished ? 'done' : active.next);
    } catch (error) {
      if (error === signal.reason) await this.#set(record, active.next);
      else await this.#set(record, 'failed', messageOf(error));
    }
    await this.#modelChanged(record.facts.name);
  }

  async #set(record: RunRecord, state: RunFacts['state'], error?: string): Promise<void> {
    record.facts = { ...record.facts, state, ...(error !== undefined && { error }) };
    await this.#records.write(record);
    this.#tell({ kind: 'run', facts: record.facts });
  }

  /** Throws the signal's reason where it was aborted before the backend is opened. */
  #plan(
    { given, minutes, preset, facts }: RunRecord,
    source: SourceText,
    resumed: Resumed | null,
    signal: AbortSignal,
  ): Promise<Plan> {
    const request = trainRequest(given, { minutes: minutes ?? undefined, preset: preset ?? undefined });
    const openBackend = () => {
      signal.throwIfAborted();
      return openFast();
    };
    return planTraining(
      request,
      { train: [source], valid: null, test: null },
      { out: facts.name, openBackend, store: this.#store, resumed },
    );
  }

  /** Returns whether the run came to its end. */
  async #train(record: RunRecord, plan: Plan, signal: AbortSignal): Promise<boolean> {
    try {
      const { name } = record.facts;
      if (!plan.resumed) this.#tellBaselines(record, plan);
      const began = performance.now() - 1000 * trainedSeconds(record.messages);
      const recent = new RecentLoss();
      // The first step and the first epoch are told at once, however young the worker's clock is.
      let [last, sampled] = [-STEP_MS, -SAMPLE_MS];
      let [finished, isBetter] = [false, false];
      for await (const event of runTraining(plan, { store: this.#store, signal })) {
        const now = performance.now();
        if (event.event === 'step') {
          recent.add(event.loss);
          if (now - last < STEP_MS) continue;
          last = now;
        }
        const measured = { seconds: (now - began) / 1000, recentPerplexity: recent.perplexity };
        this.#note(record, { kind: 'event', name, event, ...measured });
        // Only the first start event has the reasons for what was chosen.
        if (event.event === 'start') await this.#records.write(record);
        if (event.event === 'epoch') isBetter ||= event.saved;
        if (event.event === 'epoch' && now - sampled >= SAMPLE_MS) {
          sampled = now;
          await this.#tellSample(record, plan, event.epoch);
          if (isBetter) await this.#modelChanged(name);
          isBetter = false;
        }
        if (event.event === 'result') this.#tellLastSample(record, event.epoch, event.sample);
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

  /** The sample of the weights that were saved, unless there is one of that epoch or a later one: a short run ends between two samples. */
  #tellLastSample(record: RunRecord, epoch: number, text: string): void {
    const isThere = record.messages.some((told) => told.kind === 'sample' && told.epoch >= epoch);
    if (!isThere) this.#note(record, { kind: 'sample', name: record.facts.name, epoch, text });
  }
}

/** The training time of the messages so far, in seconds. */
function trainedSeconds(messages: readonly RunMessage[]): number {
  return messages.reduce(
    (most, message) => (message.kind === 'event' ? Math.max(most, message.seconds) : most),
    0,
  );
}

/** A run that was closed before its first checkpoint has none. */
function nothingIfMissing(error: unknown): null {
  if (error instanceof UnrolledError && error.code === 'checkpoint-missing') return null;
  throw error;
}
