import { isPunctuation } from './punctuation.ts';

/** Punctuation at the beginning and at the end of a longer word. */
const OPENING = /^(?:``|[([{“‘«$£€#"])+/;
const CLOSING = ['.', ',', ';', ':', '!', '?', '%', ')', ']', '}', '…', '’', '”', '»', "'", '"'];
const CLITIC = /(?:['’](?:s|d|m|re|ve|ll)|n['’]t)$/i;

/** Punctuation that is never written with a space before it, and English contractions; '' on its own is code. */
const STOP = /^[.,]$/;
const JOINED = /^(?:``|['’](?:s|d|m|re|ve|ll)|n['’]t)$/i;
/** Maximum number of lines per detached full stop in tokenised sentences; `git add .` in notes is rarer. */
const LINES_PER_STOP = 4;

/**
 * The punctuation that a text separates from words by a space on purpose: `# Title`, `- [ ] task`, `50 %`, `« Quoi ? »`. In
 * tokenised text, such as Penn Treebank, spaces around punctuation mean nothing, so only punctuation that is more often
 * attached than detached counts. A text is tokenised if full stops and commas, or contractions, are more often
 * detached than attached.
 *
 * @param counts the count of each word of the text
 * @param lines the number of line ends
 */
export function detachedPunctuation(counts: ReadonlyMap<string, number>, lines: number): string[] {
  const atWords = countAtWords(counts);
  const alone = (mark: string) => counts.get(mark) ?? 0;
  const glued = (mark: string) => atWords.get(mark) ?? 0;
  const marks: string[] = [];
  for (const word of counts.keys()) if (isPunctuation(word)) marks.push(word);
  const areAlone = (group: RegExp) => {
    const sum = (part: Iterable<string>, of: (mark: string) => number) => {
      let total = 0;
      for (const mark of part) if (group.test(mark)) total += of(mark);
      return total;
    };
    return sum(marks, alone) > sum(atWords.keys(), glued);
  };
  const hasStops = alone('.') > 0 && LINES_PER_STOP * alone('.') >= lines;
  const isCut = (hasStops && areAlone(STOP)) || areAlone(JOINED);
  return marks.filter((mark) => !isCut || glued(mark) > alone(mark));
}

/** How often each punctuation mark is attached to a longer word. */
function countAtWords(counts: ReadonlyMap<string, number>): Map<string, number> {
  const found = new Map<string, number>();
  for (const [word, count] of counts) {
    if (isPunctuation(word)) continue;
    for (const mark of marksAt(word)) found.set(mark, (found.get(mark) ?? 0) + count);
  }
  return found;
}

/** The punctuation at both ends of a word: single characters and combinations. */
function marksAt(word: string): Set<string> {
  const marks = new Set<string>();
  const opening = word.match(OPENING)?.[0] ?? '';
  if (opening.includes('``')) marks.add('``');
  for (const mark of opening.replaceAll('`', '')) marks.add(mark);
  let end = word.length;
  while (end > opening.length && CLOSING.includes(word[end - 1])) marks.add(word[--end]);
  if (word.length - end > 1) marks.add(word.slice(end));
  // A possessive or contraction ends the word, or precedes its closing punctuation.
  for (const stem of [word, word.slice(0, end)]) {
    const [clitic] = stem.slice(-4).match(CLITIC) ?? [];
    if (clitic !== undefined && clitic.length < stem.length) marks.add(clitic);
  }
  return marks;
}
