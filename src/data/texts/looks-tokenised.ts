/** Looked at of a long text: so many parts of so many characters, evenly spread. */
export const PARTS: number = 16;
export const PART_LENGTH: number = 4096;

/** A word as a program cuts it, with marks inside alone (`u.s`, `24-hour`, `don't`), and one that stands for others (`<unk>`). */
const WORD = /^(?:[\p{L}\p{N}\p{M}]+(?:[-'’./&·][\p{L}\p{N}\p{M}]+)*|<\w+>)$/u;
/** Marks alone, and what English writes at a word. */
const APART = /^(?:[\p{P}\p{S}]+|['’](?:s|d|m|re|ve|ll)|n['’]t)$/iu;

/** Abbreviations end with a full stop in Penn Treebank too: 2 % of its words. Raw prose has marks at 10 % and more. */
const MAX_ATTACHED_RATE = 0.04;
/** Words of a text that is not cut at its words, as Japanese: they are sentences. */
const MAX_MEAN_LENGTH = 16;
/**
 * n words have at most so many times n^0.8 different ones (Heaps' law): tokenised English 1.3 to 2; raw Korean, whose words carry
 * their particles, 2.6; a list of names 6.
 */
const MAX_TYPE_FACTOR = 2.4;

/**
 * Whether white space already cuts a text into words that recur, as in Penn Treebank: marks stand apart from the words, words
 * are not sentences, and they aren't nearly all different. Of a long text it looks at 64 kB, evenly spread.
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
  /** Whether the text continues before the part, and after it. */
  readonly before: boolean;
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

/** Without those that the part's ends cut. */
function wholeWords({ text, before, behind }: Part): string[] {
  const words = [...text.matchAll(/\S+/g)];
  const whole = words.filter(
    ({ 0: word, index }) => !(before && index === 0) && !(behind && index + word.length === text.length),
  );
  return whole.map(([word]) => word);
}
