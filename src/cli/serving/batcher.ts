import { setImmediate } from 'node:timers/promises';
import type { Row } from '../../generation/choice/softmax.ts';
import { type Reader, readAhead, readLast } from '../../generation/read-ids.ts';
import type { Turns } from '../../generation/turns.ts';
import { chooseNext, type Writer } from '../../generation/writer.ts';
import type { RecurrentLM } from '../../models/recurrent-lm.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { Units } from './units.ts';

/** So many texts share a step: more would hold more scores, N·V, for little more speed. */
const BATCH = 256;
/**
 * Before a step, prompts are read side by side until so many ids were read for each text of the turn. More
 * would let those who come write sooner, and those who write wait longer.
 */
const READ = 4;

/** Hears of each token. @returns whether the text goes on; a promise sets it aside until it is settled */
export type OnToken = (id: number) => boolean | Promise<boolean>;

/** A text in the batch, for one of three: to read its prompt, to see what follows it, or to write on. */
interface Seat {
  readonly reader: Reader;
  readonly goal:
    | { readonly name: 'read' }
    | { readonly name: 'see'; readonly see: (scores: Row) => void }
    | { readonly name: 'write'; readonly writer: Writer; readonly onToken: OnToken };
  /** Whether nobody wants it any more. */
  gone: boolean;
  readonly leave: (error?: unknown) => void;
}

/**
 * Continuous batching: whatever texts are under way share each step of the model, wherever in their
 * text they are, and come and go between two steps. Texts that outnumber a step take turns.
 */
export class Batcher {
  readonly #model: RecurrentLM;
  readonly #pause: () => Promise<void>;
  /** In the order of their turns. */
  #seats: Seat[] = [];
  readonly #units: Units = new Units(() => this.#wake());
  #running = false;
  /** Of all time: steps of the model, the tokens that they wrote, and the seconds that all took. */
  readonly totals: { steps: number; tokens: number; seconds: number } = { steps: 0, tokens: 0, seconds: 0 };

  /** @param pause between two steps: sockets get their turn. Default: one of the event loop */
  constructor(model: RecurrentLM, pause: () => Promise<void> = setImmediate) {
    this.#model = model;
    this.#pause = pause;
  }

  /** Reads a prompt up to its last id, side by side with others, a piece between two steps. Throws the signal's reason. */
  async read(reader: Reader, signal: AbortSignal): Promise<void> {
    if (reader.unread.length > 1) await this.#sit(reader, { name: 'read' }, signal);
  }

  /** Reads the last id of a prompt. → the scores (V) of what follows. Throws the signal's reason. */
  async scores(reader: Reader, signal: AbortSignal): Promise<Row> {
    let scores: Row = new Float32Array();
    const see = (row: Row) => {
      scores = row;
    };
    await this.#sit(reader, { name: 'see', see }, signal);
    return scores;
  }

  /**
   * Writes on, behind a prompt that was read up to its last id, until `onToken` says that it is enough; of a text
   * whose signal is aborted no further step is made.
   * @throws what `onToken` throws, or the signal's reason
   */
  write(writer: Writer, onToken: OnToken, signal: AbortSignal): Promise<void> {
    return this.#sit(writer, { name: 'write', writer, onToken }, signal);
  }

  /** The turns of a text that is scored, between the steps of others. They throw the signal's reason. */
  turns(signal: AbortSignal): Turns {
    return this.#units.turns(signal);
  }

  #sit(reader: Reader, goal: Seat['goal'], signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const leave = (error?: unknown) => {
        signal.removeEventListener('abort', abort);
        if (error === undefined) resolve();
        else reject(error);
      };
      const seat: Seat = { reader, goal, gone: false, leave };
      const abort = () => {
        seat.gone = true;
        leave(signal.reason);
      };
      signal.addEventListener('abort', abort);
      this.#add(seat);
    });
  }

  #add(seat: Seat): void {
    this.#seats.push(seat);
    this.#wake();
  }

  #wake(): void {
    if (!this.#running) void this.#run();
  }

  async #run(): Promise<void> {
    this.#running = true;
    // Whoever asked for the first text may have more to ask for before the first step.
    await this.#pause();
    while (this.#seats.length > 0 || this.#units.isWaiting) {
      const began = performance.now();
      const turn = this.#next();
      if (turn.length > 0) this.#turn(turn);
      this.#units.next(turn.length > 0);
      this.totals.seconds += (performance.now() - began) / 1000;
      await this.#pause(); // who is gone leaves before the next step
    }
    this.#running = false;
  }

  #next(): Seat[] {
    const turn: Seat[] = [];
    let place = 0;
    for (; place < this.#seats.length && turn.length < BATCH; place++) {
      if (!this.#seats[place].gone) turn.push(this.#seats[place]);
    }
    this.#seats.splice(0, place);
    return turn;
  }

  #turn(turn: readonly Seat[]): void {
    const [reading, seeing, writing] = (['read', 'see', 'write'] as const).map((name) => {
      return turn.filter(({ goal }) => goal.name === name);
    });
    try {
      this.#read(reading, READ * turn.length);
      this.#step(seeing, writing);
    } catch (error) {
      // The model itself failed, so that nobody's text can go on.
      for (const seat of turn) seat.leave(error);
      this.#seats = this.#seats.filter((seat) => !turn.includes(seat));
    }
  }

  #read(seats: readonly Seat[], enough: number): void {
    const behind = () => seats.map(({ reader }) => reader).filter(({ unread }) => unread.length > 1);
    let left = behind();
    for (let ids = 0; left.length > 0 && ids < enough; left = behind()) ids += readAhead(this.#model, left);
    for (const seat of seats) {
      if (seat.reader.unread.length > 1) this.#seats.push(seat);
      else seat.leave();
    }
  }

  #step(seeing: readonly Seat[], writing: readonly Seat[]): void {
    const seats = [...writing, ...seeing];
    if (seats.length === 0) return;
    const scores = readLast(
      this.#model,
      seats.map(({ reader }) => reader),
    ); // (N, 1, V)
    this.totals.steps++;
    const V = this.#model.config.vocabSize;
    for (const [n, { goal, leave }] of seats.entries()) {
      if (goal.name !== 'see') continue;
      goal.see(
        scores
          .part([V], n * V)
          .view()
          .slice() as Row,
      );
      leave();
    }
    if (writing.length > 0) this.#write(writing, scores.part([writing.length, 1, V]));
  }

  #write(writing: readonly Seat[], scores: Tensor): void {
    const writers = writing.flatMap(({ goal }) => (goal.name === 'write' ? [goal.writer] : []));
    const ids = chooseNext(this.#model, writers, scores);
    this.totals.tokens += ids.length;
    for (const [n, seat] of writing.entries()) this.#tell(seat, ids[n]);
  }

  #tell(seat: Seat, id: number): void {
    if (seat.goal.name !== 'write') return;
    try {
      const goesOn = seat.goal.onToken(id);
      if (goesOn === true) this.#seats.push(seat);
      else if (goesOn === false) seat.leave();
      else goesOn.then((still) => (still ? this.#add(seat) : seat.leave()), seat.leave);
    } catch (error) {
      seat.leave(error);
    }
  }
}
