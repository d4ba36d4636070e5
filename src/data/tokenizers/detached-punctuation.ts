import { isPunctuation } from './punctuation.ts';

/** A mark at the beginning of a longer word, and those at its end. */
const OPENING = /^(?:``|[([{“‘«$£€#"])+/;
const CLOSING = ['.', ',', ';', ':', '!', '?', '%', ')', ']', '}', '…', '’', '”', '»', "'", '"'];
const CLITIC = /(?:['’](?:s|d|m|re|ve|ll)|n['’]t)$/i;

/** Marks that no writing system spells with a space before them, and what English writes at a word; '' alone is code. */
const STOP = /^[.,]$/;
const JOINED = /^(?:``|['’](?:s|d|m|re|ve|ll)|n['’]t)$/i;
/** Lines for a full stop of its own, at most, in sentences that were cut; `git add .` in notes is rarer. */
const LINES_PER_STOP = 4;

/**
 * The marks that a text keeps apart from the words beside them: `# Title`, `- [ ] task`, `50 %`, `« Quoi ? »`. In a text
 * whose marks are words of their own, as those of the Penn Treebank, no space beside a mark says anything, and there are
 * none but those that stand at words more often than alone. That a program cut it, full stops and commas tell, or quotes
 * and contractions, that stand alone more often than at a word.
 *
 * @param counts how often each word occurs in the text
 * @param lines how many lines end in it
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

/** How often each mark stands at a longer word. */
function countAtWords(counts: ReadonlyMap<string, number>): Map<string, number> {
  const found = new Map<string, number>();
  for (const [word, count] of counts) {
    if (isPunctuation(word)) continue;
    for (const mark of marksAt(word)) found.set(mark, (found.get(mark) ?? 0) + count);
  }
  return found;
}

/** The marks at both ends of a word: each character, and several that make one mark. */
function marksAt(word: string): Set<string> {
  const marks = new Set<string>();
  const opening = word.match(OPENING)?.[0] ?? '';
  if (opening.includes('``')) marks.add('``');
  for (const mark of opening.replaceAll('`', '')) marks.add(mark);
  let end = word.length;
  while (end > opening.length && CLOSING.includes(word[end - 1])) marks.add(word[--end]);
  if (word.length - end > 1) marks.add(word.slice(end));
  // A possessive or contraction ends the word, or stands before its closing marks.
  for (const stem of [word, word.slice(0, end)]) {
    const [clitic] = stem.slice(-4).match(CLITIC) ?? [];
    if (clitic !== undefined && clitic.length < stem.length) marks.add(clitic);
  }
  return marks;
}
