/** Unicode normalisation forms C and KC (UAX 15). */
export const normalForms = ['nfc', 'nfkc'] as const;
export type NormalForm = (typeof normalForms)[number];

export function isNormalForm(value: unknown): value is NormalForm {
  return normalForms.some((form) => form === value);
}

const NAMES = { nfc: 'NFC', nfkc: 'NFKC' } as const;
const DECOMPOSED = { nfc: 'NFD', nfkc: 'NFKD' } as const;
/** What a character before it may change, or change places with: marks, vowels and final consonants of Hangul, a Kirat Rai vowel. */
const JOINS = /^[\p{M}\u1160-\u11ff\u{16d67}]/u;

export function inForm(text: string, form: NormalForm): string {
  return text.normalize(NAMES[form]);
}

/** Maps positions in the normal form of a text to positions in the text. */
export class FormPositions {
  /** Of each segment that the form changes: where it begins and ends in the form, and in the text. */
  readonly #segments: readonly (readonly [start: number, end: number, from: number, to: number])[];

  constructor(text: string, form: NormalForm) {
    this.#segments = inForm(text, form) === text ? [] : [...changedSegments(text, form)];
  }

  /** Where what stands at a position of the form begins in the text. */
  start(at: number): number {
    const [start, end, from, to] = this.#before(at);
    return start <= at && at < end ? from : to + at - end;
  }

  /** Behind what ends at a position of the form. */
  end(at: number): number {
    const [, end, , to] = this.#before(at - 1);
    return at <= end ? to : to + at - end;
  }

  /** The last segment that begins at a position or before it. */
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
  let at = 0; // in the form
  for (const [from, to] of segments(text, form)) {
    const segment = text.slice(from, to);
    const changed = inForm(segment, form);
    if (changed !== segment) yield [at, at + changed.length, from, to];
    at += changed.length;
  }
}

/** The shortest parts of a text whose forms, joined, are the form of the text. */
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
