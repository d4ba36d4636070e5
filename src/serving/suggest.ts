import {
  readPrefix,
  type Suggestions,
  suggestible,
  suggestionsOf,
} from '../generation/suggestions/suggest.ts';
import { checkObject, integer } from '../kinds.ts';
import { anyText, type Body, type Fields, optional, readFields, required } from './fields.ts';
import { checkLength } from './limits.ts';
import { modelOf } from './models.ts';
import { readPrompt } from './prompt-reader.ts';
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

/** The likeliest tokens after a text, a half-typed word completed. Throws as `score` does. */
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
  const { vocabulary } = model.saved;
  const { ids, half } = readPrefix(text, model.saved);
  checkLength('text', ids.length, limits.promptTokens);
  return inSlots(service, 1, options, async (signal) => {
    const reader = await readPrompt(ids, model, signal);
    try {
      const probabilities = suggestible(await model.batcher.scores(reader, signal), vocabulary);
      const found = suggestionsOf(probabilities, half, top, vocabulary);
      // A text that continues this one then costs one step a word more.
      model.cache.put(ids, reader.state);
      return { object: 'suggestions', model: model.id, ...found };
    } finally {
      reader.release();
    }
  });
}
