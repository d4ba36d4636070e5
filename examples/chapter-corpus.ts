import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openTokenizer, Vocabulary } from 'unrolled';

const bundled = fileURLToPath(new URL('../dist/corpus/train.txt', import.meta.url));

/**
 * The first 1000 words of a text file, as the chapter takes them from Penn Treebank. Default: the bundled
 * speeches.
 */
export function chapterCorpus(file: string = process.argv[2] ?? bundled): {
  ids: Int32Array;
  vocabulary: Vocabulary;
} {
  const words: string[] = [];
  for (const word of openTokenizer('word').tokenize(readFileSync(file, 'utf8'))) {
    if (words.length === 1000) break;
    words.push(word);
  }
  const vocabulary = Vocabulary.build(words);
  return { ids: Int32Array.from(words, (word) => vocabulary.idOf(word) as number), vocabulary };
}
