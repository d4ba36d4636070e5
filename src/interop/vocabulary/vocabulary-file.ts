import { UnrolledError } from '../../errors.ts';

/**
 * The tokens of a vocabulary file, in order of their ids. The file has one token a line, or is a JSON array of the tokens, or a
 * JSON object of each token's id. JSON can hold a newline as a token.
 *
 * @param text the contents of the file
 * @param where the file's name, for messages
 * @throws {UnrolledError} code `vocabulary` for an empty line, or ids that are not 0, 1, 2, …
 */
export function tokensOfFile(text: string, where: string): readonly string[] {
  const json = /^\ufeff?\s*[[{]/.test(text) ? parsed(text.replace('\ufeff', '')) : undefined;
  if (Array.isArray(json)) return json.map((token, id) => checked(token, id, where));
  if (typeof json === 'object' && json !== null) return byId(Object.entries(json), where);
  // Only these end lines, as in Python; a token may be another kind of space.
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line, id) => checked(line, id, where));
}

/** Undefined for a list of words that only begins like JSON, such as `[PAD]`. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function checked(token: unknown, id: number, where: string): string {
  if (typeof token === 'string' && token !== '') return token;
  throw new UnrolledError(
    'vocabulary',
    `${where}: token ${id} is ${token === '' ? 'empty' : 'no text'}; each token must be a text. Write one token a line, or a JSON ` +
      'array of them.',
  );
}

function byId(ids: readonly (readonly [string, unknown])[], where: string): readonly string[] {
  const tokens = new Map(ids.map(([token, id]) => [id, token]));
  return ids.map((_, id) => {
    const token = tokens.get(id);
    if (token !== undefined) return checked(token, id, where);
    throw new UnrolledError(
      'vocabulary',
      `${where}: no token has the id ${id}; ${ids.length} tokens must have the ids 0 to ${ids.length - 1}, one each. Correct the file.`,
    );
  });
}
