import type { VocabularyRow } from '../../generation/sampling/softmax.ts';
import type { Scheduler } from '../../generation/scoring/scheduler.ts';
import { type Reader, readAhead, readLast } from '../../generation/writing/read-ids.ts';
import { chooseNext, type Writer } from '../../generation/writing/writer.ts';
import type { RecurrentLM } from '../../models/recurrent-lm.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { nextTurn } from '../../yield-timer.ts';
import type { CancelSignal } from './request-signal.ts';
import { WorkQueue } from './work-queue.ts';

/** Maximum batch size: a larger one needs more memory for the logits (N, V) and is hardly faster. */
const BATCH = 256;
/**
 * Prompt tokens read before each step, per sequence in the batch. A larger value shortens the time to first token of new
 * sequences and increases the time per token of the others.
 */
const READ = 4;

/** Receives each token. @returns whether to continue the sequence; a promise pauses it until it settles */
export type OnToken = (id: number) => boolean | Promise<boolean>;

/** An active sequence with one of three goals: read its prompt, get the logits of the next token, or generate. */
interface Slot {
  readonly reader: Reader;
  readonly goal:
    | { readonly name: 'read' }
    | { readonly name: 'logits'; readonly onLogits: (logits: VocabularyRow) => void }
    | { readonly name: 'write'; readonly writer: Writer; readonly onToken: OnToken };
  cancelled: boolean;
  readonly settle: (error?: unknown) => void;
}

/**
 * Continuous batching: all active sequences share each step of the model, and sequences join and leave between steps.
 * Beyond the maximum batch size, they are served round-robin. Needs a backend with `readSync`.
 */
export class Batcher {
  readonly #model: RecurrentLM;
  readonly #pause: () => Promise<void>;
  /** Queue of sequences for the next steps. */
  #slots: Slot[] = [];
  readonly #workQueue: WorkQueue = new WorkQueue(() => this.#wake());
  #running = false;
  /** Totals since the start: steps of the model, generated tokens, and busy time in seconds. */
  readonly totals: { steps: number; tokens: number; seconds: number } = { steps: 0, tokens: 0, seconds: 0 };

  /** @param pause awaited between steps, to process events. Default: one turn of the event loop */
  constructor(model: RecurrentLM, pause: () => Promise<void> = nextTurn) {
    this.#model = model;
    this.#pause = pause;
  }

  /**
   * Reads a prompt up to its last token, in chunks between steps, batched with others. Throws the signal's reason.
   */
  async read(reader: Reader, signal: CancelSignal): Promise<void> {
    if (reader.unread.length > 1) await this.#enqueue(reader, { name: 'read' }, signal);
  }

  /** Reads the last token of a prompt. @returns the logits (V) of the next token. Throws the signal's reason. */
  async logits(reader: Reader, signal: CancelSignal): Promise<VocabularyRow> {
    let logits: VocabularyRow = new Float32Array();
    const onLogits = (row: VocabularyRow) => {
      logits = row;
    };
    await this.#enqueue(reader, { name: 'logits', onLogits }, signal);
    return logits;
  }

  /**
   * Generates tokens after a prompt that was read up to its last token, until `onToken` returns false. An aborted sequence
   * takes part in no further step.
   * @throws what `onToken` throws, or the signal's reason
   */
  write(writer: Writer, onToken: OnToken, signal: CancelSignal): Promise<void> {
    return this.#enqueue(writer, { name: 'write', writer, onToken }, signal);
  }

  /** A scheduler that runs work items, such as those of scoring a text, between steps. It throws the signal's reason. */
  scheduler(signal: CancelSignal): Scheduler {
    return this.#workQueue.scheduler(signal);
  }

  #enqueue(reader: Reader, goal: Slot['goal'], signal: CancelSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const settle = (error?: unknown) => {
        signal.removeEventListener('abort', abort);
        if (error === undefined) resolve();
        else reject(error);
      };
      const slot: Slot = { reader, goal, cancelled: false, settle };
      const abort = () => {
        slot.cancelled = true;
        settle(signal.reason);
      };
      signal.addEventListener('abort', abort);
      this.#add(slot);
    });
  }

  #add(slot: Slot): void {
    this.#slots.push(slot);
    this.#wake();
  }

  #wake(): void {
    if (!this.#running) void this.#run();
  }

  async #run(): Promise<void> {
    this.#running = true;
    // Lets the caller add more sequences before the first step.
    await this.#pause();
    while (this.#slots.length > 0 || this.#workQueue.isWaiting) {
      const began = performance.now();
      const batch = this.#next();
      if (batch.length > 0) this.#runStep(batch);
      this.#workQueue.next(batch.length > 0);
      this.totals.seconds += (performance.now() - began) / 1000;
      await this.#pause(); // cancelled sequences settle before the next step
    }
    this.#running = false;
  }

  #next(): Slot[] {
    const batch: Slot[] = [];
    let end = 0;
    for (; end < this.#slots.length && batch.length < BATCH; end++) {
      if (!this.#slots[end].cancelled) batch.push(this.#slots[end]);
    }
    this.#slots.splice(0, end);
    return batch;
  }

  #runStep(batch: readonly Slot[]): void {
    const [reading, wantingLogits, writing] = (['read', 'logits', 'write'] as const).map((name) => {
      return batch.filter(({ goal }) => goal.name === name);
    });
    try {
      this.#read(reading, READ * batch.length);
      this.#step(wantingLogits, writing);
    } catch (error) {
      // The model failed: no sequence of the batch can continue.
      for (const slot of batch) slot.settle(error);
      this.#slots = this.#slots.filter((slot) => !batch.includes(slot));
    }
  }

  #read(slots: readonly Slot[], enough: number): void {
    const behind = () => slots.map(({ reader }) => reader).filter(({ unread }) => unread.length > 1);
    let left = behind();
    for (let ids = 0; left.length > 0 && ids < enough; left = behind()) ids += readAhead(this.#model, left);
    for (const slot of slots) {
      if (slot.reader.unread.length > 1) this.#slots.push(slot);
      else slot.settle();
    }
  }

  #step(wantingLogits: readonly Slot[], writing: readonly Slot[]): void {
    const slots = [...writing, ...wantingLogits];
    if (slots.length === 0) return;
    const logits = readLast(
      this.#model,
      slots.map(({ reader }) => reader),
    ); // (N, 1, V)
    this.totals.steps++;
    const V = this.#model.config.vocabSize;
    for (const [n, { goal, settle }] of slots.entries()) {
      if (goal.name !== 'logits') continue;
      goal.onLogits(
        logits
          .part([V], n * V)
          .view()
          .slice() as VocabularyRow,
      );
      settle();
    }
    if (writing.length > 0) this.#write(writing, logits.part([writing.length, 1, V]));
  }

  #write(writing: readonly Slot[], logits: Tensor): void {
    const writers = writing.flatMap(({ goal }) => (goal.name === 'write' ? [goal.writer] : []));
    const ids = chooseNext(this.#model, writers, logits);
    this.totals.tokens += ids.length;
    for (const [n, slot] of writing.entries()) this.#deliver(slot, ids[n]);
  }

  #deliver(slot: Slot, id: number): void {
    if (slot.goal.name !== 'write') return;
    try {
      const continues = slot.goal.onToken(id);
      if (continues === true) this.#slots.push(slot);
      else if (continues === false) slot.settle();
      else continues.then((still) => (still ? this.#add(slot) : slot.settle()), slot.settle);
    } catch (error) {
      slot.settle(error);
    }
  }
}
