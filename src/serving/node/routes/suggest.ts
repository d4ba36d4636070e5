import { readPrefix, suggestible, suggestionsOf } from '../../../generation/suggest.ts';
import { checkNames, text, wholeNumber } from '../../fields.ts';
import { modelOf } from '../../find-model.ts';
import { readPrompt } from '../../prompt-reader.ts';
import { checkLength } from '../../prompts.ts';
import type { Service } from '../../service.ts';
import type { Exchange } from '../http/exchange.ts';

const MOST = 1000;

/** `POST /v1/suggest {model, text, top}`: how a text goes on, a half-typed word completed. */
export async function suggest(exchange: Exchange, { models, limits, admission }: Service): Promise<void> {
  admission.checkOpen();
  const body = await exchange.json();
  checkNames(body, ['model', 'text', 'top']);
  const model = modelOf(body, models);
  const { saved, batcher } = model;
  const top = wholeNumber(body, 'top', { from: 1, to: MOST, otherwise: 5 });
  const { ids, half } = readPrefix(text(body, 'text'), saved);
  checkLength('text', ids.length, limits.promptTokens);
  const { signal } = exchange;
  await exchange.enter(admission, 1);
  const reader = await readPrompt(ids, model, signal);
  try {
    const chances = suggestible(await batcher.scores(reader, signal), saved.vocabulary);
    const found = suggestionsOf(chances, half, top, saved.vocabulary);
    // A text that goes on from this one then costs one step a word more.
    model.cache.put(ids, reader.state);
    exchange.send(200, { object: 'suggestions', model: model.id, ...found });
  } finally {
    reader.release();
  }
}
