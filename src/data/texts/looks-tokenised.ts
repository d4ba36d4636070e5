/** Number of evenly spaced parts sampled from a long text, and their length in UTF-16 units. */
export const PARTS: number = 16;
export const PART_LENGTH: number = 4096;

/** A word of tokenised text: punctuation only inside it (`u.s`, `24-hour`, `don't`), or a placeholder (`<unk>`). */
const WORD = /^(?:[\p{L}\p{N}\p{M}]+(?:[-'’./&·][\p{L}\p{N}\p{M}]+)*|<\w+>)$/u;
/** Punctuation on its own, and English contractions split off their words. */
const APART = /^(?:[\p{P}\p{S}]+|['’](?:s|d|m|re|ve|ll)|n['’]t)$/iu;

/** Maximum fraction of words with punctuation attached. Penn Treebank has 2 %, its abbreviations; raw prose 10 % and more. */
const MAX_ATTACHED_RATE = 0.04;
/** Maximum mean word length, in characters. In a script without spaces, such as Japanese, "words" are sentences. */
const MAX_MEAN_LENGTH = 16;
/**
 * Maximum number of distinct words among n words, as a multiple of n^0.8 (Heaps' law). Tokenised English has 1.3 to 2, raw
 * Korean, with particles attached, 2.6, a list of names 6.
 */
const MAX_TYPE_FACTOR = 2.4;

/**
 * Whether a text is tokenised, as Penn Treebank is: punctuation is separated from words, words are not sentences, and words
 * recur. Samples 64 kB, evenly spaced, of a long text.
 */
export function looksTokenised(text: string): boolean {
  const counts = new Map<string, number>();
  let [words, characters, glued] = [0, 0, 0];
  for (const part of partsOf(text)) {
    characters += part.text.replace(/\s+/g, '').length;
    for (const word of wholeWords(part)) {
      words += 1;
      counts.set(word, (counts.get(word) ?? 0) + 1);
    }
  }
  for (const [word, count] of counts) if (!WORD.test(word) && !APART.test(word)) glued += count;
  const isCut = characters <= MAX_MEAN_LENGTH * words && glued <= MAX_ATTACHED_RATE * words;
  return isCut && counts.size <= MAX_TYPE_FACTOR * words ** 0.8;
}

interface Part {
  readonly text: string;
  /** Whether the text continues before the part. */
  readonly before: boolean;
  /** Whether the text continues after it. */
  readonly behind: boolean;
}

function* partsOf(text: string): Generator<Part> {
  const gap = (text.length - PART_LENGTH) / (PARTS - 1);
  if (gap <= PART_LENGTH) {
    yield { text, before: false, behind: false };
    return;
  }
  for (let i = 0; i < PARTS; i++) {
    const start = Math.floor(i * gap);
    yield { text: text.slice(start, start + PART_LENGTH), before: i > 0, behind: i < PARTS - 1 };
  }
}

/** The words of a part, without those cut off at its ends. */
function wholeWords({ text, before, behind }: Part): string[] {
  const words = [...text.matchAll(/\S+/g)];
  const whole = words.filter(
    ({ 0: word, index }) => !(before && index === 0) && !(behind && index + word.length === text.length),
  );
  return whole.map(([word]) => word);
}
