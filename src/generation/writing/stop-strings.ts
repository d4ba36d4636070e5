import { UnrolledError } from '../../errors.ts';
import { wrongKind } from '../../kinds.ts';

/** Passes a text through up to the first stop string; holds back what may become one. */
export class StopStrings {
  readonly #stops: readonly string[];
  #held = '';
  #stopped = false;

  /** @throws for what is no list of strings, and when one of them is empty */
  constructor(stops: readonly string[] = []) {
    const isText = (stop: unknown) => typeof stop === 'string';
    if (!Array.isArray(stops) || !stops.every(isText)) {
      throw wrongKind('StopStrings', 'stop', stops, 'a list of strings', "Give ['\\n'], or leave it out.");
    }
    if (stops.includes('')) {
      throw new UnrolledError(
        'option-value',
        'StopStrings: a stop string is empty; it needs text. Leave it out.',
      );
    }
    this.#stops = stops;
  }

  /** Whether a stop string was found: nothing more is passed through. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** Adds `piece`; returns the text that can be passed through. */
  push(piece: string): string {
    if (this.#stopped) return '';
    const text = this.#held + piece;
    const places = this.#stops.map((stop) => text.indexOf(stop)).filter((at) => at >= 0);
    this.#stopped = places.length > 0;
    const end = this.#stopped ? places.reduce((a, b) => Math.min(a, b)) : text.length - this.#beginning(text);
    this.#held = this.#stopped ? '' : text.slice(end);
    return text.slice(0, end);
  }

  /** What was held back, at the end of the text. */
  end(): string {
    const held = this.#held;
    this.#held = '';
    return held;
  }

  /** How many characters at the end of `text` may be the beginning of a stop string. */
  #beginning(text: string): number {
    const longest = this.#stops.reduce((most, stop) => Math.max(most, stop.length - 1), 0);
    for (let length = Math.min(longest, text.length); length > 0; length--) {
      const tail = text.slice(text.length - length);
      if (this.#stops.some((stop) => stop.startsWith(tail))) return length;
    }
    return 0;
  }
}
