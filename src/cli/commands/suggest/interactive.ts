import { hasPieces } from '../../../generation/suggestions/pieces.ts';
import { Suggester } from '../../../generation/suggestions/suggest.ts';
import type { SavedModel } from '../../../models/model-file.ts';
import { host } from '../../terminal/host.ts';
import { type Interrupt, listenForInterrupt } from '../../terminal/interrupt.ts';
import { CLEAR } from '../../terminal/line/frame.ts';
import { type Key, KeyReader } from '../../terminal/line/keys.ts';
import { openRawInput } from '../../terminal/raw-input.ts';
import { print, printModelText } from '../../terminal/streams.ts';
import { Draft, type SuggestionSource } from './draft.ts';
import { finishLine } from './finish-line.ts';

const HINT = 'Tab accepts the first suggestion, Enter lets the model complete the line, Ctrl-D quits.\n';
const CTRL_C = '\x03';

/** Runs the interactive line with suggestions below it. @returns the exit status */
export async function interactive(saved: SavedModel, top: number): Promise<number> {
  const session = new Session(saved, top, listenForInterrupt());
  const { stdout } = host();
  stdout.on('resize', session.show);
  try {
    return await session.run();
  } finally {
    stdout.off('resize', session.show);
  }
}

class Session {
  readonly #saved: SavedModel;
  readonly #draft: Draft;
  readonly #interrupt: Interrupt;
  /** Aborts the text that the model is writing; null while it writes none. */
  #writing: AbortController | null = null;
  #lines = 0;

  constructor(saved: SavedModel, top: number, interrupt: Interrupt) {
    this.#saved = saved;
    this.#draft = new Draft(suggestionSourceOf(saved, top));
    this.#interrupt = interrupt;
  }

  readonly show = (): void => {
    if (!this.#writing) void print(this.#draft.frame(host().stdout.columns || 80));
  };

  async run(): Promise<number> {
    const { signal } = this.#interrupt;
    const keys = new KeyReader();
    const terminal = openRawInput(signal, (chunk) => this.#stopsWriting(chunk));
    try {
      await print(HINT);
      this.show();
      for await (const chunk of terminal.chunks) {
        const status = await this.#take(keys.push(chunk));
        if (status !== null) return status;
        this.show();
      }
      return signal.aborted ? this.#interrupt.status : 0;
    } finally {
      const { text } = this.#draft.line;
      await print(CLEAR);
      await printModelText(text === '' ? '' : `${text}\n`);
      terminal.restore();
    }
  }

  /** @returns the exit status if a key quits, otherwise null */
  async #take(keys: readonly Key[]): Promise<number | null> {
    const { action, rest } = this.#draft.take(keys);
    if (action === 'continue') return null;
    if (action !== 'write') return action === 'leave' ? 0 : this.#interrupt.status;
    await this.#write();
    return this.#take(rest);
  }

  async #write(): Promise<void> {
    const { text, line } = this.#draft;
    await print(CLEAR);
    await printModelText(line.text);
    this.#writing = new AbortController();
    const signal = AbortSignal.any([this.#writing.signal, this.#interrupt.signal]);
    try {
      this.#draft.startLine(await finishLine(this.#saved, text, ++this.#lines, signal));
    } finally {
      this.#writing = null;
    }
  }

  /** While the model writes, Ctrl-C stops that and not the program. @returns whether it did */
  #stopsWriting(chunk: string): boolean {
    if (!chunk.includes(CTRL_C) || !this.#writing) return false;
    this.#writing.abort();
    return true;
  }
}

function suggestionSourceOf(saved: SavedModel, top: number): SuggestionSource {
  const suggester = new Suggester(saved);
  const { tokenizer, vocabulary } = saved;
  const lineEnd = vocabulary.tokens[vocabulary.lineEndId];
  return {
    suggest(text) {
      const { next, ...others } = suggester.suggest(text, top + 1);
      // The user ends a line with Enter, so the line end is no suggestion.
      return { ...others, next: next.filter(({ token }) => token !== lineEnd).slice(0, top) };
    },
    behind: (token) =>
      tokenizer.wholeWords || (hasPieces(tokenizer) && /[\p{L}\p{M}\p{N}]$/u.test(token)) ? ' ' : '',
  };
}
