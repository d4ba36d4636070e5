/** Maximum text to buffer before deciding whether CR alone ends the lines, in UTF-16 units. */
const MAX_HELD = 2 ** 16;

/** Whether CR alone ends the lines of a text, as on old Macs. */
export function endsLinesWithCr(text: string): boolean {
  return text.includes('\r') && !text.includes('\n');
}

/**
 * Converts old Mac line ends to LF in a text that comes in chunks: if the text has a CR and no LF within its first 65,536
 * units, each CR becomes LF. Any other text is unchanged.
 */
export class LineEnds {
  #held = '';
  /** Null until decided. */
  #isCr: boolean | null = null;

  /** Whether CR ends the lines. */
  get isCr(): boolean {
    return this.#isCr === true;
  }

  /** Adds a chunk; returns the converted text, which may be empty while undecided. */
  push(chunk: string): string {
    if (this.#isCr !== null) return this.#written(chunk);
    const text = this.#held + chunk;
    this.#held = '';
    if (text.includes('\n')) this.#isCr = false;
    else if (text.includes('\r')) {
      if (text.length < MAX_HELD) {
        this.#held = text;
        return '';
      }
      this.#isCr = true;
    }
    return this.#written(text);
  }

  /** Returns the rest of the text. */
  end(): string {
    if (this.#held !== '') this.#isCr = true;
    const text = this.#written(this.#held);
    this.#held = '';
    return text;
  }

  #written(text: string): string {
    return this.#isCr ? text.replaceAll('\r', '\n') : text;
  }
}
