import { type Suggestions, suggestible } from '../generation/suggestions/next-tokens.ts';
import { PieceTree } from '../generation/suggestions/piece-tree.ts';
import { answerQuery, type Query, readQuery } from '../generation/suggestions/query.ts';
import { BATCH, type Search, TYPING } from '../generation/suggestions/spellings.ts';
import { checkObject, integer } from '../kinds.ts';
import { readPrompt } from './cache/prompt-reader.ts';
import { cacheSalt, cacheScope } from './cache/scope.ts';
import { anyText, type Body, type Fields, optional, readFields, required } from './fields.ts';
import { checkLength } from './limits.ts';
import { modelOf } from './models.ts';
import { outputBytes, requestBytes, rowsBytes, stateBytes, textBytes } from './scheduling/memory.ts';
import type { CancelSignal } from './scheduling/request-signal.ts';
import type { ServedModel } from './served-model.ts';
import { type CallOptions, checkService, inSlots, type Service, type ServiceDemand } from './service.ts';

/** The response of `POST /v1/suggest`. */
export interface SuggestAnswer extends Suggestions {
  readonly object: 'suggestions';
  /** The model's name. */
  readonly model: string;
}

const fields = {
  model: optional(anyText, null, 'Name of the model. Default: the only model.'),
  text: required(anyText, 'The text to continue.'),
  top: optional(integer({ from: 1, to: 1000 }), 5, 'Number of suggestions.'),
  cache_salt: optional(cacheSalt, '', 'Only requests with the same one share cached prompts.'),
} satisfies Fields;

/** The fields of the request. */
export const suggestFields: Fields = fields;

/**
 * Suggests the most likely next tokens or words after a text, or completions of its last, partial word, like
 * `POST /v1/suggest`.
 * @param body the request's body
 * @throws {ApiError} for an invalid body or one that exceeds a limit
 * @throws {UnrolledError} `token-unknown` for a text that can't be encoded, `option-value` for invalid arguments, `not-finite`
 * when the model fails
 * @throws the signal's reason when it is aborted
 */
export async function suggest(
  service: Service,
  body: Body,
  options: CallOptions = {},
): Promise<SuggestAnswer> {
  checkService('suggest', service);
  checkObject('suggest', 'the body', body, 'Pass { text }.');
  const { models, limits, admission } = service;
  admission.checkOpen();
  const { model: name, text, top, cache_salt } = readFields(body, fields, options);
  const model = modelOf(name, models);
  const scope = cacheScope(options, cache_salt);
  const query = readQuery(text, model.saved);
  checkLength('text', query.ids.length, limits.promptTokens);
  return inSlots(service, demandOf(text, query, model), options, async (signal) => {
    const reader = await readPrompt(query.ids, model, scope, signal);
    const { ids, state } = reader;
    try {
      const logits = await model.batcher.logits(reader, signal);
      // A longer text then costs one step per additional word.
      model.cache.put(ids, state, scope);
      const tree = new PieceTree(model.saved, ids, {
        state,
        probs: suggestible(logits, model.saved.vocabulary),
      });
      const found = await searched(answerQuery(query, top, tree, model.saved), tree, model, signal);
      return { object: 'suggestions', model: model.id, ...found };
    } finally {
      reader.release();
    }
  });
}

/** Maximum number of paths that a search reads. */
const MAX_PATHS = BATCH * (TYPING.spellings + TYPING.words);

/** What a request needs at most. */
function demandOf(text: string, query: Query, { saved, start }: ServedModel): ServiceDemand {
  const waitingBytes = requestBytes() + textBytes(text, query.ids.length);
  const rows = 1 + ('bytes' in query ? MAX_PATHS : 0);
  const found = rowsBytes(rows, saved.vocabulary.size) + stateBytes(start, 1 + rows);
  return { slots: 1, bytes: waitingBytes + outputBytes() + found, waitingBytes };
}

/** Runs a search, one step between two steps of the active sequences. */
async function searched<T>(
  search: Search<T>,
  tree: PieceTree,
  { batcher }: ServedModel,
  signal: CancelSignal,
): Promise<T> {
  const scheduler = batcher.scheduler(signal);
  try {
    let step = search.next();
    for (; !step.done; step = search.next()) {
      const paths = step.value;
      await scheduler.take(() => tree.read(paths));
    }
    return step.value;
  } finally {
    tree.forget();
  }
}
