import { UnrolledError } from '../errors.ts';
import { damaged, shown } from './damaged.ts';

const MAX_DEPTH = 16;

/**
 * Parses one JSON object, more strictly than JSON.parse: duplicate keys and nesting deeper than 16 are
 * errors too. `where` begins each error message.
 * @param what the text, for error messages
 */
export function parseJsonObject(
  json: string,
  where: string,
  what: string = 'the header',
): Record<string, unknown> {
  if (!json.startsWith('{')) {
    throw damaged(where, `${what} starts with ${shown(json.slice(0, 1))}`, 'a JSON object starts with "{"');
  }
  try {
    checkKeys(json, where, what);
    return JSON.parse(json) as Record<string, unknown>;
  } catch (error) {
    if (error instanceof UnrolledError) throw error;
    throw damaged(where, `${what} is not JSON`, 'it must be one JSON object');
  }
}

/**
 * Rejects what JSON.parse accepts silently: duplicate keys, of which it keeps the last, and deep nesting, which
 * takes it half a minute for a hundred million brackets. Runs first, so `json` may be anything.
 */
function checkKeys(json: string, where: string, what: string): void {
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
        throw damaged(where, `${what} is nested deeper than ${MAX_DEPTH} levels`, 'fewer are needed');
      }
    } else if (char === '}' || char === ']') {
      open.pop();
    } else if (char === ':') {
      addKey(open.at(-1), JSON.parse(string) as string, where, what);
      string = ''; // so that a long key is parsed only once, however many colons follow
    }
  }
}

function closingQuote(json: string, opening: number): number {
  let at = opening + 1;
  while (at < json.length && json[at] !== '"') at += json[at] === '\\' ? 2 : 1;
  return at;
}

function addKey(keys: Set<string> | undefined, key: string, where: string, what: string): void {
  if (keys?.has(key)) {
    throw damaged(where, `${what} has the key ${shown(key)} twice`, 'keys must be unique');
  }
  keys?.add(key);
}
