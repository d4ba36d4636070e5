import { Corpus } from '../data/corpus.ts';
import { type ItemSplit, partsOf, splitOf } from '../data/items/item-split.ts';
import { itemSplitter, itemsOf } from '../data/items/items-of.ts';
import { LineScorer } from '../generation/scoring/line-scorer.ts';
import {
  type TokenRecord,
  type TotalsRecord,
  tokenRecords,
  totalsRecord,
} from '../generation/scoring/records.ts';
import { scoreBy } from '../generation/scoring/score.ts';
import { ScoreTotals } from '../generation/scoring/score-totals.ts';
import type { CompactLine, ScoreOptions } from '../generation/scoring/scored-line.ts';
import { checkObject, choice, integer } from '../kinds.ts';
import type { TextModel } from '../models/model-file.ts';
import type { State } from '../models/state/state.ts';
import { badRequest } from './api-error.ts';
import { anyText, type Body, type Fields, optional, readFields, required } from './fields.ts';
import { eager, type Lazy, LazyList } from './json/lazy.ts';
import { checkAnswer, checkLength, logprobsBytes, MAX_ALTERNATIVES } from './limits.ts';
import { modelOf } from './models.ts';
import {
  linesBytes,
  outputBytes,
  requestBytes,
  scoresBytes,
  stateBytes,
  textBytes,
} from './scheduling/memory.ts';
import { type CallOptions, checkService, inSlots, type Service, type ServiceDemand } from './service.ts';

/** The response of `POST /v1/score`: totals of the text, and its tokens in order. */
export interface ScoreAnswer extends TotalsRecord {
  readonly object: 'score';
  /** The model's name. */
  readonly model: string;
  /** The tokens with their surprisal. */
  readonly scores: readonly TokenRecord[];
}

const fields = {
  model: optional(anyText, null, 'Name of the model. Default: the only model.'),
  text: required(anyText, 'The text to score.'),
  state: optional(
    choice(['carry', 'line']),
    null,
    'Whether each line starts from the state after the line before. Default: carry.',
  ),
  alternatives: optional(
    integer({ from: 0, to: MAX_ALTERNATIVES }),
    0,
    'Number of most likely alternatives per token.',
  ),
} satisfies Fields;

/** The fields of the request. */
export const scoreFields: Fields = fields;

/**
 * Computes the surprisal of each token of a text, in bits, like `POST /v1/score`.
 * @param body the request's body
 * @throws {ApiError} for an invalid body or one that exceeds a limit
 * @throws {UnrolledError} `token-unknown` for a text that can't be encoded, `option-value` for invalid arguments, `not-finite`
 * when the model fails
 * @throws the signal's reason when it is aborted
 */
export async function score(service: Service, body: Body, options: CallOptions = {}): Promise<ScoreAnswer> {
  return eager<ScoreAnswer>(await scoreLazily(service, body, options));
}

/** `score` without creating the list of tokens. */
export async function scoreLazily(
  service: Service,
  body: Body,
  options: CallOptions,
): Promise<Lazy<ScoreAnswer>> {
  checkService('score', service);
  checkObject('score', 'the body', body, 'Pass { text }.');
  const { models, limits, admission } = service;
  admission.checkOpen();
  const { model: name, text, state, alternatives } = readFields(body, fields, options);
  const { id, saved, batcher, start } = modelOf(name, models);
  const asked = { ...splitOptions(saved, state), alternatives };
  const length = tokensIn(text, saved, asked.items);
  if (length === 0)
    throw badRequest(`text has no ${saved.tokenizer.unit}; it must have at least one.`, 'text');
  checkLength('text', length, limits.promptTokens);
  checkAnswer(logprobsBytes(length, asked.alternatives), limits);
  return inSlots(service, demandOf(text, length, alternatives, start), options, async (signal) => {
    const totals = new ScoreTotals();
    const lines: CompactLine[] = [];
    for await (const line of scoreBy(new LineScorer(saved, asked, batcher.scheduler(signal)), text)) {
      totals.add(line);
      lines.push(line);
    }
    const scores = new LazyList(function* () {
      for (const line of lines) yield* tokenRecords(line, saved.vocabulary);
    });
    return { object: 'score', model: id, ...totalsRecord(totals), scores };
  });
}

/** What a request needs at most. Every line has a token, the text of a line may be copied. */
function demandOf(text: string, tokens: number, alternatives: number, start: State): ServiceDemand {
  const waitingBytes = requestBytes() + textBytes(text, tokens);
  const lines = Math.min(tokens, text.split('\n').length);
  const scored = textBytes(text, tokens, tokens) + linesBytes(lines) + scoresBytes(tokens, alternatives);
  const states = stateBytes(start, 2);
  return { slots: 1, bytes: waitingBytes + outputBytes() + scored + states, waitingBytes };
}

/** The number of tokens to score; for items, including their end tokens. */
function tokensIn(text: string, saved: TextModel, items: ItemSplit | undefined): number {
  if (items === undefined) return Corpus.encode(text, saved).ids.length;
  return Corpus.encodeItems(itemsOf(text, itemSplitter(items)), saved).ids.length - 1;
}

/** How the text is split: for a model of items as in training, except that for JSON lines and CSV it is one item. */
function splitOptions(
  saved: TextModel,
  state: 'carry' | 'line' | null,
): Pick<ScoreOptions, 'items' | 'state'> {
  const split = splitOf(saved);
  if (split === null) return state === null ? {} : { state };
  if (state !== null) {
    throw badRequest(
      'state is only for continuous text; each item starts from the zero state. Leave it out.',
      'state',
    );
  }
  return { items: partsOf(split)[1] === '' ? split : 'file' };
}
