import { basename, dirname } from 'node:path';
import type { RunEvent } from '../../../recipe/run/events.ts';
import { stemOf } from '../../../recipe/store.ts';
import { isAnyStreamed } from '../../../recipe/text/prepare-texts.ts';
import type { Streaming } from '../../../recipe/text/streamed/prepare-streamed.ts';
import type { AnyTexts } from '../../../recipe/text/training-data.ts';
import { TokenFolder } from '../../files/token-folder.ts';
import type { ReadingProgress } from '../../print/reading-progress.ts';
import { host } from '../../terminal/host.ts';
import { type Interrupt, listenForInterrupt } from '../../terminal/interrupt.ts';
import { say } from '../../terminal/streams.ts';
import { printable } from '../../terminal/style.ts';

interface Asked {
  readonly out: string;
  readonly tokenCache: string | undefined;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** What a training command has from its texts to its end: who interrupts it, and the token files of long texts. */
export class Session {
  /** Aborted when standard output has ended, which stops the run as Ctrl-C does. */
  readonly output: AbortSignal;
  readonly #asked: Asked;
  #interrupt: Interrupt | null = null;
  #beside: TokenFolder | null = null;
  #isTraining = false;

  constructor(asked: Asked, output: AbortSignal) {
    this.#asked = asked;
    this.output = output;
  }

  /** From its first use on, Ctrl-C ends the process no more: it aborts. */
  get interrupt(): Interrupt {
    this.#interrupt ??= listenForInterrupt(() => {
      const { quiet, json } = this.#asked;
      const under = host().stdout.isTTY ? '\n' : '';
      const how = this.#isTraining ? 'Stopping after this step' : 'Stopping';
      if (!quiet && !json) say(`${under}${how}; Ctrl-C again leaves at once.`);
    }, this.output);
    return this.#interrupt;
  }

  /** Whether an error is only what an interruption has brought about. */
  explains(error: unknown): boolean {
    return this.#interrupt?.explains(error) === true;
  }

  /** How texts are streamed, where one is too long to be held; else null. */
  streaming(texts: AnyTexts, progress: ReadingProgress): Streaming | null {
    if (!isAnyStreamed(texts)) return null;
    progress.total(texts.train.reduce((sum, { bytes }) => sum + bytes, 0));
    const { out, tokenCache } = this.#asked;
    if (tokenCache === undefined) this.#beside = new TokenFolder(dirname(out), `${basename(stemOf(out))}.`);
    return {
      store: this.#beside ?? new TokenFolder(tokenCache as string),
      signal: this.interrupt.signal,
      onUnusable: ({ message }) =>
        say(printable(`${message.replace(/ Delete it; .*$/, '')} It will be rebuilt.`)),
    };
  }

  /** The plan. Where there is none, the token files that were made for it go. */
  async planned<Plan>(plan: Promise<Plan>): Promise<Plan> {
    try {
      return await plan;
    } catch (error) {
      this.#beside?.removeMade();
      throw error;
    }
  }

  /** Training begins. */
  begin(): void {
    this.#isTraining = true;
  }

  /** Token files beside the model file stay for a run that can be resumed. */
  end(last: RunEvent | undefined): void {
    const isOpen = last?.event === 'interrupted' && last.checkpoint !== null;
    if (!isOpen) this.#beside?.removeUsed();
  }
}
