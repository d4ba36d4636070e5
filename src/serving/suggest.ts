import { type Suggestions, suggestible } from '../generation/suggestions/next-tokens.ts';
import { PieceTree } from '../generation/suggestions/piece-tree.ts';
import { answerQuery, readQuery } from '../generation/suggestions/query.ts';
import type { Search } from '../generation/suggestions/spellings.ts';
import { checkObject, integer } from '../kinds.ts';
import { anyText, type Body, type Fields, optional, readFields, required } from './fields.ts';
import { checkLength } from './limits.ts';
import { modelOf } from './models.ts';
import { readPrompt } from './prompt-reader.ts';
import type { CancelSignal } from './scheduling/request-signal.ts';
import type { ServedModel } from './served-model.ts';
import { type CallOptions, checkService, inSlots, type Service } from './service.ts';

/** What `POST /v1/suggest` answers. */
export interface SuggestAnswer extends Suggestions {
  readonly object: 'suggestions';
  readonly model: string;
}

const fields = {
  model: optional(anyText, null),
  text: required(anyText),
  top: optional(integer({ from: 1, to: 1000 }), 5),
} satisfies Fields;

/** The likeliest tokens, or words of pieces, after a text, a half-typed word completed. Throws as `score` does. */
export async function suggest(
  service: Service,
  body: Body,
  options: CallOptions = {},
): Promise<SuggestAnswer> {
  checkService('suggest', service);
  checkObject('suggest', 'the body', body, 'Give that of a request.');
  const { models, limits, admission } = service;
  admission.checkOpen();
  const { model: name, text, top } = readFields(body, fields);
  const model = modelOf(name, models);
  const query = readQuery(text, model.saved);
  checkLength('text', query.ids.length, limits.promptTokens);
  return inSlots(service, 1, options, async (signal) => {
    const reader = await readPrompt(query.ids, model, signal);
    const { ids, state } = reader;
    try {
      const logits = await model.batcher.logits(reader, signal);
      // A text that continues this one then costs one step a word more.
      model.cache.put(ids, state);
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

/** Each step of a search between two steps of the texts under way. */
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
