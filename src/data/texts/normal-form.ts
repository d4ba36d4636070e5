/** Unicode normalisation forms C and KC (UAX 15). */
export const normalForms = ['nfc', 'nfkc'] as const;
/** A Unicode normal form: `nfc` or `nfkc`. */
export type NormalForm = (typeof normalForms)[number];

export function isNormalForm(value: unknown): value is NormalForm {
  return normalForms.some((form) => form === value);
}

const NAMES = { nfc: 'NFC', nfkc: 'NFKC' } as const;
const DECOMPOSED = { nfc: 'NFD', nfkc: 'NFKD' } as const;
/** Characters that can combine or reorder with the one before: marks, Hangul vowels and final consonants, a Kirat Rai vowel. */
const JOINS = /^[\p{M}\u1160-\u11ff\u{16d67}]/u;

export function inForm(text: string, form: NormalForm): string {
  return text.normalize(NAMES[form]);
}

/** Maps positions in the normalised text to positions in the original text. */
export class FormPositions {
  /** Each segment changed by normalisation: its range in the normalised text, then in the original. */
  readonly #segments: readonly (readonly [start: number, end: number, from: number, to: number])[];

  constructor(text: string, form: NormalForm) {
    this.#segments = inForm(text, form) === text ? [] : [...changedSegments(text, form)];
  }

  /** The original start of a token that starts at a normalised position. */
  start(at: number): number {
    const [start, end, from, to] = this.#before(at);
    return start <= at && at < end ? from : to + at - end;
  }

  /** The original end of a token that ends at a normalised position. */
  end(at: number): number {
    const [, end, , to] = this.#before(at - 1);
    return at <= end ? to : to + at - end;
  }

  /** The last segment that starts at or before a position. */
  #before(at: number): readonly [number, number, number, number] {
    let [low, high] = [0, this.#segments.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#segments[middle][0] <= at) low = middle + 1;
      else high = middle;
    }
    return this.#segments[low - 1] ?? [0, 0, 0, 0];
  }
}

function* changedSegments(text: string, form: NormalForm): Generator<[number, number, number, number]> {
  let at = 0; // in the normalised text
  for (const [from, to] of segments(text, form)) {
    const segment = text.slice(from, to);
    const changed = inForm(segment, form);
    if (changed !== segment) yield [at, at + changed.length, from, to];
    at += changed.length;
  }
}

/** The shortest parts of a text that can be normalised independently. */
function* segments(text: string, form: NormalForm): Generator<[from: number, to: number]> {
  let [from, to] = [0, 0];
  for (const character of text) {
    if (to > from && !JOINS.test(character < '\x80' ? character : character.normalize(DECOMPOSED[form]))) {
      yield [from, to];
      from = to;
    }
    to += character.length;
  }
  if (to > from) yield [from, to];
}
