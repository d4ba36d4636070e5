// lab/ -> dist/lab/: the page as a static site, with its sample texts and the sources that it links to.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

export async function buildLab() {
  await build({ root: 'lab', configFile: 'lab/vite.config.ts', logLevel: 'warn' });
  const folder = 'dist/lab/samples';
  mkdirSync(folder, { recursive: true });
  const speeches = ['train', 'valid'].map((part) => readFileSync(`dist/corpus/${part}.txt`, 'utf8'));
  // Packed, because the package has the text already, for the command line.
  writeFileSync(join(folder, 'speeches.txt.gz'), gzipSync(speeches.join(''), { level: 9 }));
  writeFileSync(join(folder, 'udhr-ko.txt'), udhr('kor'));
  copySources();
}

/** The sources that the steps of the view Chapter link to, as plain text, so that the links need no other host. */
function copySources() {
  const files = JSON.parse(readFileSync('lab/src/views/chapter/sources.json', 'utf8'));
  for (const path of Object.values(files).flat()) cpSync(path, `dist/lab/source/${path}.txt`);
}

/** The Universal Declaration of Human Rights, a paragraph a line. */
function udhr(language) {
  const file = fileURLToPath(new URL(`declaration/${language}.html`, import.meta.resolve('udhr')));
  const paragraphs = readFileSync(file, 'utf8').matchAll(/<(h[1-6]|p|li)[^>]*>(.*?)<\/\1>/gs);
  const lines = Array.from(paragraphs, ([, , inner]) => plain(inner)).filter((line) => line !== '');
  return `${lines.join('\n')}\n`;
}

const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

function plain(html) {
  const text = html.replace(/<[^>]*>/g, '').replace(/&(#?\w+);/g, (all, name) => ENTITIES[name] ?? all);
  return text.replace(/\s+/g, ' ').trim();
}
