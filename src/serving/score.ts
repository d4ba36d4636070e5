import { Corpus } from '../data/corpus.ts';
import { type ItemSplit, partsOf, splitOf } from '../data/items/item-split.ts';
import { itemSplitter, itemsOf } from '../data/items/items-of.ts';
import { LineScorer } from '../generation/scoring/line-scorer.ts';
import {
  type TokenRecord,
  type TotalsRecord,
  tokenRecord,
  totalsRecord,
} from '../generation/scoring/records.ts';
import { scoreBy } from '../generation/scoring/score.ts';
import { ScoreTotals } from '../generation/scoring/score-totals.ts';
import type { ScoreOptions } from '../generation/scoring/scored-line.ts';
import { checkObject, choice, integer } from '../kinds.ts';
import type { TextModel } from '../models/model-file.ts';
import { badRequest } from './api-error.ts';
import { anyText, type Body, type Fields, optional, readFields, required } from './fields.ts';
import { checkAnswer, checkLength, logprobsBytes, MOST_ALTERNATIVES } from './limits.ts';
import { modelOf } from './models.ts';
import { type CallOptions, checkService, inSlots, type Service } from './service.ts';

/** What `POST /v1/score` answers: the sums of the text, and its tokens in their order. */
export interface ScoreAnswer extends TotalsRecord {
  readonly object: 'score';
  readonly model: string;
  readonly scores: readonly TokenRecord[];
}

const fields = {
  model: optional(anyText, null),
  text: required(anyText),
  state: optional(choice(['carry', 'line']), null),
  alternatives: optional(integer({ from: 0, to: MOST_ALTERNATIVES }), 0),
} satisfies Fields;

/**
 * The surprisal of each token of a text, in bits.
 * @throws ApiError for an invalid body or one beyond the limits, UnrolledError for a text that can't be encoded and for a
 * model that fails, and the signal's reason
 */
export async function score(service: Service, body: Body, options: CallOptions = {}): Promise<ScoreAnswer> {
  checkService('score', service);
  checkObject('score', 'the body', body, 'Give that of a request.');
  const { models, limits, admission } = service;
  admission.checkOpen();
  const { model: name, text, state, alternatives } = readFields(body, fields);
  const { id, saved, batcher } = modelOf(name, models);
  const asked = { ...splitOptions(saved, state), alternatives };
  const length = tokensIn(text, saved, asked.items);
  if (length === 0) throw badRequest(`text has no ${saved.tokenizer.unit}; it needs at least one.`, 'text');
  checkLength('text', length, limits.promptTokens);
  checkAnswer(logprobsBytes(length, asked.alternatives), limits);
  return inSlots(service, 1, options, async (signal) => {
    const totals = new ScoreTotals();
    const scores: TokenRecord[] = [];
    for await (const line of scoreBy(new LineScorer(saved, asked, batcher.scheduler(signal)), text)) {
      totals.add(line);
      for (const index of line.tokens.keys()) scores.push(tokenRecord(line, index, saved.vocabulary));
    }
    return { object: 'score', model: id, ...totalsRecord(totals), scores };
  });
}

/** How many tokens are scored; of items, their ends among them. */
function tokensIn(text: string, saved: TextModel, items: ItemSplit | undefined): number {
  if (items === undefined) return Corpus.encode(text, saved).ids.length;
  return Corpus.encodeItems(itemsOf(text, itemSplitter(items)), saved).ids.length - 1;
}

/** A text of a model of items is cut as in training, but that JSON lines and CSV are files' forms: it is then one item. */
function splitOptions(
  saved: TextModel,
  state: 'carry' | 'line' | null,
): Pick<ScoreOptions, 'items' | 'state'> {
  const split = splitOf(saved);
  if (split === null) return state === null ? {} : { state };
  if (state !== null) {
    throw badRequest('state is for endless text; each item begins at the zero state. Leave it out.', 'state');
  }
  return { items: partsOf(split)[1] === '' ? split : 'file' };
}
