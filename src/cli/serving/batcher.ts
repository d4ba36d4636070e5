import { setImmediate } from 'node:timers/promises';
import { type Reader, readAhead } from '../../generation/read-ids.ts';
import type { RecurrentLM } from '../../models/recurrent-lm.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/** So many texts share a step: more would hold more scores, N·V, for little more speed. */
const BATCH = 128;
/**
 * Before a step, prompts are read side by side until so many ids were read for each text of the turn. More
 * would let those who come write sooner, and those who write wait longer.
 */
const READ = 4;

/** A text that is written by the steps of a model. */
export interface Participant {
  /** All of the prompt but its last id has been read. */
  readonly reader: Reader;
  /**
   * Takes the scores (1,V) of what follows all that was read, which are its own to overwrite.
   * @returns whether it goes on; a promise sets it aside until it is settled
   */
  readonly take: (scores: Tensor) => boolean | Promise<boolean>;
}

interface Seat {
  readonly reader: Reader;
  /** null while the prompt is read. */
  readonly take: Participant['take'] | null;
  readonly signal: AbortSignal;
  readonly leave: (error?: unknown) => void;
}

/**
 * Continuous batching: whatever texts are under way share each step of the model, wherever in their
 * text they are, and come and go between two steps. Texts that outnumber a step take turns.
 */
export class Batcher {
  readonly #model: RecurrentLM;
  /** In the order of their turns. */
  #seats: Seat[] = [];
  #running = false;
  /** Of all time: steps of the model, the tokens that they wrote, and the seconds that all took. */
  readonly totals: { steps: number; tokens: number; seconds: number } = { steps: 0, tokens: 0, seconds: 0 };

  constructor(model: RecurrentLM) {
    this.#model = model;
  }

  /** Reads a prompt up to its last id, side by side with others, a piece between two steps. Throws the signal's reason. */
  async read(reader: Reader, signal: AbortSignal): Promise<void> {
    if (reader.unread.length > 1) await this.#sit(reader, null, signal);
  }

  /**
   * Writes until `take` says that it is enough; of a text whose signal is aborted no further step is made.
   * @throws what `take` throws, or the signal's reason
   */
  write({ reader, take }: Participant, signal: AbortSignal): Promise<void> {
    return this.#sit(reader, take, signal);
  }

  #sit(reader: Reader, take: Seat['take'], signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const abort = () => reject(signal.reason);
      if (signal.aborted) return abort();
      signal.addEventListener('abort', abort);
      const leave = (error?: unknown) => {
        signal.removeEventListener('abort', abort);
        if (error === undefined) resolve();
        else reject(error);
      };
      this.#add({ reader, take, signal, leave });
    });
  }

  #add(seat: Seat): void {
    this.#seats.push(seat);
    if (!this.#running) void this.#run();
  }

  async #run(): Promise<void> {
    this.#running = true;
    // Whoever asked for the first text may have more to ask for before the first step.
    await setImmediate();
    for (let turn = this.#next(); turn.length > 0; turn = this.#next()) {
      const began = performance.now();
      this.#turn(turn);
      this.totals.seconds += (performance.now() - began) / 1000;
      await setImmediate(); // sockets get their turn: who is gone leaves before the next step
    }
    this.#running = false;
  }

  #next(): Seat[] {
    this.#seats = this.#seats.filter(({ signal }) => !signal.aborted);
    return this.#seats.splice(0, BATCH);
  }

  #turn(turn: readonly Seat[]): void {
    try {
      this.#read(
        turn.filter(({ take }) => take === null),
        READ * turn.length,
      );
      this.#step(turn.filter(({ take }) => take !== null));
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

  #step(seats: readonly Seat[]): void {
    if (seats.length === 0) return;
    const V = this.#model.config.vocabSize;
    const scores = this.#model.step(
      Int32Array.from(seats, ({ reader }) => reader.unread[0]),
      seats.map(({ reader }) => reader.state),
    ); // (N, 1, V)
    this.totals.steps++;
    this.totals.tokens += seats.length;
    for (const [n, seat] of seats.entries()) this.#give(seat, scores.part([1, V], n * V));
  }

  #give(seat: Seat, scores: Tensor): void {
    try {
      const goesOn = seat.take!(scores);
      if (goesOn === true) this.#seats.push(seat);
      else if (goesOn === false) seat.leave();
      else goesOn.then((still) => (still ? this.#add(seat) : seat.leave()), seat.leave);
    } catch (error) {
      seat.leave(error);
    }
  }
}
