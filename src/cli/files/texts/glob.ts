import { join } from 'node:path';
import { UnrolledError } from '../../../errors.ts';
import { allEntriesOf, type Entry, entriesOf, statsOf } from './folders.ts';

/** Matches any number of folders. */
const ANY_FOLDERS = '**';

/** Whether a name is a pattern: it has `*`, `?` or a set of characters in brackets. */
export function isPattern(name: string): boolean {
  return /[*?]|\[[^\]]+\]/.test(name);
}

/**
 * Whether a file or folder name matches one part of a pattern, as in a shell: `*` matches any characters, `?` one, `[a-z]` one of
 * a set, `[!a-z]` one that is not in it. A leading dot must be explicit. Takes O(name length · pattern length) time.
 */
export function matches(name: string, pattern: string): boolean {
  if (name.startsWith('.') && !pattern.startsWith('.')) return false;
  const [characters, tokens] = [[...name], tokensOf(pattern)];
  // The lengths of the prefixes of the name that match the tokens so far.
  let reached = new Set([0]);
  for (const token of tokens) {
    reached =
      token === '*' ? onFrom(Math.min(...reached), characters.length) : after(token, reached, characters);
    if (reached.size === 0) return false;
  }
  return reached.has(characters.length);
}

/** The paths that match a pattern, as a shell expands it, sorted by name. Unreadable folders are skipped. */
export function matching(pattern: string): string[] {
  const parts = pattern.split('/').filter((part, i) => part !== '' || i === 0);
  let found = [''];
  parts.forEach((part, i) => {
    if (part === '' && i === 0) found = ['/'];
    else if (part === ANY_FOLDERS && i === parts.length - 1) found = found.map((folder) => folder || '.');
    else if (part === ANY_FOLDERS) found = found.flatMap((folder) => [folder, ...foldersBelow(folder)]);
    else if (isPattern(part)) found = found.flatMap((folder) => matchesIn(folder, part));
    else found = found.map((folder) => join(folder, part)).filter((path) => statsOf(path));
  });
  return [...new Set(found)];
}

function matchesIn(folder: string, part: string): string[] {
  const found = statsOf(folder || '.')?.isDirectory() ? listable(() => entriesOf(folder)) : [];
  return found.filter(({ name }) => matches(name, part)).map(({ path }) => path);
}

function foldersBelow(folder: string): string[] {
  const found = listable(() => [...allEntriesOf(folder)]);
  return found.filter(({ isFolder, isHidden }) => isFolder && !isHidden).map(({ path }) => path);
}

function listable(list: () => Entry[]): Entry[] {
  try {
    return list();
  } catch (error) {
    if (error instanceof UnrolledError) return [];
    throw error;
  }
}

type Token = '*' | ((character: string) => boolean);

function tokensOf(pattern: string): Token[] {
  const parts = pattern.match(/\*+|\[!?\]?[^\]]*\]|./gsu) ?? [];
  return parts.map((part) => {
    if (part.startsWith('*')) return '*';
    if (part === '?') return () => true;
    return part.length > 2 && part.startsWith('[')
      ? setOf(part.slice(1, -1))
      : (character) => character === part;
  });
}

function setOf(inside: string): (character: string) => boolean {
  const isNot = inside.startsWith('!');
  const ranges = (isNot ? inside.slice(1) : inside).match(/.-.|./gsu) ?? [];
  const isIn = (character: string) =>
    ranges.some((range) => {
      const [from, to = from] = [[...range][0], [...range][2]];
      return character >= from && character <= to;
    });
  return (character) => isIn(character) !== isNot;
}

function onFrom(from: number, to: number): Set<number> {
  return new Set(Array.from({ length: to - from + 1 }, (_, i) => from + i));
}

function after(
  token: (character: string) => boolean,
  reached: Set<number>,
  characters: string[],
): Set<number> {
  return new Set(
    [...reached].filter((at) => at < characters.length && token(characters[at])).map((at) => at + 1),
  );
}
