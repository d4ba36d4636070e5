import { shown } from '../../../kinds.ts';
import { inconsistent, type Part, partOf } from './file-errors.ts';

/**
 * The tokens of a file in order of their ids: those of the model's `vocab` and the added tokens. Ids must be the integers from
 * 0, each used once; nothing is allocated for an id that is out of range.
 */
export function tokensOf(where: string, { added_tokens: added = [] }: Part, { vocab }: Part): string[] {
  const entries = partOf(vocab);
  if (!entries) throw inconsistent(where, 'its model has no "vocab"; it must map tokens to ids');
  if (!Array.isArray(added)) throw inconsistent(where, 'its "added_tokens" must be a list');
  const ids = new Map<unknown, unknown>(Object.entries(entries));
  for (const token of added) {
    const { content, id } = partOf(token) ?? {};
    if (typeof content !== 'string' || content === '') {
      throw inconsistent(where, `an added token is ${shown(content)}; it must have a non-empty "content"`);
    }
    if (ids.has(content) && ids.get(content) !== id) {
      throw inconsistent(
        where,
        `the token ${quoted(content)} has two ids, ${shown(ids.get(content))} and ${shown(id)}`,
      );
    }
    ids.set(content, id);
  }
  return inOrder(where, ids as ReadonlyMap<string, unknown>);
}

function inOrder(where: string, ids: ReadonlyMap<string, unknown>): string[] {
  const tokens: string[] = new Array(ids.size).fill('');
  for (const [token, id] of ids) {
    if (token === '') throw inconsistent(where, 'a token is empty');
    if (typeof id !== 'number' || !Number.isInteger(id) || id < 0 || id >= ids.size) {
      throw inconsistent(
        where,
        `the token ${quoted(token)} has the id ${shown(id).slice(0, 60)}; the ids of ${ids.size} tokens must be the integers from 0 to ` +
          `${ids.size - 1}, each once`,
      );
    }
    if (tokens[id] !== '')
      throw inconsistent(where, `the tokens ${quoted(tokens[id])} and ${quoted(token)} have the id ${id}`);
    tokens[id] = token;
  }
  return tokens;
}

function quoted(token: string): string {
  return shown(token.length > 60 ? `${token.slice(0, 60)}…` : token);
}
