import { UnrolledError } from '../../errors.ts';
import { wrongKind } from '../../kinds.ts';

/** Passes text through up to the first stop string. Text that may be the beginning of one is held back. */
export class StopStrings {
  readonly #stops: readonly string[];
  #held = '';
  #stopped = false;

  /** @throws {UnrolledError} code `option-value` unless `stops` is a list of non-empty strings */
  constructor(stops: readonly string[] = []) {
    const isText = (stop: unknown) => typeof stop === 'string';
    if (!Array.isArray(stops) || !stops.every(isText)) {
      throw wrongKind('StopStrings', 'stop', stops, 'a list of strings', "Pass ['\\n'], or leave it out.");
    }
    if (stops.includes('')) {
      throw new UnrolledError(
        'option-value',
        'StopStrings: a stop string is empty; it must have text. Leave it out.',
      );
    }
    this.#stops = stops;
  }

  /** Whether a stop string was found. After that, nothing is passed through. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** Adds text; returns the text that is certain to precede any stop string. */
  push(piece: string): string {
    if (this.#stopped) return '';
    const text = this.#held + piece;
    const found = this.#stops.map((stop) => text.indexOf(stop)).filter((at) => at >= 0);
    this.#stopped = found.length > 0;
    const end = this.#stopped ? found.reduce((a, b) => Math.min(a, b)) : text.length - this.#beginning(text);
    this.#held = this.#stopped ? '' : text.slice(end);
    return text.slice(0, end);
  }

  /** Ends the text; returns the text held back. */
  end(): string {
    const held = this.#held;
    this.#held = '';
    return held;
  }

  /** Length of the end of `text` that may be the beginning of a stop string. */
  #beginning(text: string): number {
    const longest = this.#stops.reduce((most, stop) => Math.max(most, stop.length - 1), 0);
    for (let length = Math.min(longest, text.length); length > 0; length--) {
      const tail = text.slice(text.length - length);
      if (this.#stops.some((stop) => stop.startsWith(tail))) return length;
    }
    return 0;
  }
}
