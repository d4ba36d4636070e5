import { UnrolledError } from '../errors.ts';
import { damaged, shown } from './damaged.ts';

const MAX_DEPTH = 16;

/**
 * Parses the text of one JSON object, more strictly than JSON.parse: a key that stands twice in an
 * object and nesting deeper than 16 are refused too. `where` begins each error message.
 */
export function parseJsonObject(json: string, where: string): Record<string, unknown> {
  if (!json.startsWith('{')) {
    throw damaged(
      where,
      `the header starts with ${shown(json.slice(0, 1))}`,
      'a JSON object starts with "{"',
    );
  }
  try {
    checkKeys(json, where);
    return JSON.parse(json) as Record<string, unknown>;
  } catch (error) {
    if (error instanceof UnrolledError) throw error;
    throw damaged(where, 'the header is not JSON', 'it must be one JSON object');
  }
}

/**
 * Refuses what JSON.parse takes in silence: of two equal keys it keeps the last, and a hundred
 * million brackets keep it busy for half a minute. Runs first, so `json` may be anything.
 */
function checkKeys(json: string, where: string): void {
  const open: Set<string>[] = [];
  let string = '';
  for (let at = 0; at < json.length; at++) {
    const char = json[at];
    if (char === '"') {
      const end = closingQuote(json, at);
      string = json.slice(at, end + 1);
      at = end;
    } else if (char === '{' || char === '[') {
      if (open.push(new Set()) > MAX_DEPTH) {
        throw damaged(where, `the header nests deeper than ${MAX_DEPTH}`, 'tensors need three levels');
      }
    } else if (char === '}' || char === ']') {
      open.pop();
    } else if (char === ':') {
      addKey(open.at(-1), JSON.parse(string) as string, where);
      string = ''; // so that a long one is parsed once, however many colons follow
    }
  }
}

function closingQuote(json: string, opening: number): number {
  let at = opening + 1;
  while (at < json.length && json[at] !== '"') at += json[at] === '\\' ? 2 : 1;
  return at;
}

function addKey(keys: Set<string> | undefined, key: string, where: string): void {
  if (keys?.has(key)) {
    throw damaged(where, `the header names ${shown(key)} twice`, 'each name must stand once');
  }
  keys?.add(key);
}
