import { Corpus } from '../../../data/corpus.ts';
import { LineScorer } from '../../../generation/scoring/line-scorer.ts';
import { tokenRecord, totalsRecord } from '../../../generation/scoring/records.ts';
import { scoreBy } from '../../../generation/scoring/score.ts';
import { ScoreTotals } from '../../../generation/scoring/score-totals.ts';
import { checkAnswer, notedBytes } from '../../answer-size.ts';
import { badRequest } from '../../api-error.ts';
import { alternatives } from '../../completions/request.ts';
import { checkNames, oneOf, text } from '../../fields.ts';
import { modelOf } from '../../find-model.ts';
import { checkLength } from '../../prompts.ts';
import type { Service } from '../../service.ts';
import type { Exchange } from '../http/exchange.ts';

/** `POST /v1/score {model, text, state, alternatives}`: how much each token of a text surprises a model, in bits. */
export async function score(exchange: Exchange, { models, limits, admission }: Service): Promise<void> {
  admission.checkOpen();
  const body = await exchange.json();
  checkNames(body, ['model', 'text', 'state', 'alternatives']);
  const model = modelOf(body, models);
  const { saved } = model;
  const given = text(body, 'text');
  const options = {
    state: oneOf(body, 'state', ['carry', 'line']),
    alternatives: alternatives(body, 'alternatives'),
  };
  const { ids } = Corpus.encode(given, saved.tokenizer, saved.vocabulary);
  if (ids.length === 0)
    throw badRequest(`text has no ${saved.tokenizer.kind}; it needs one at least.`, 'text');
  checkLength('text', ids.length, limits.promptTokens);
  checkAnswer(notedBytes(ids.length, options.alternatives), limits);
  await exchange.enter(admission, 1);
  const totals = new ScoreTotals();
  const scores: object[] = [];
  const scorer = new LineScorer(saved, options, model.batcher.turns(exchange.signal));
  for await (const line of scoreBy(scorer, given)) {
    totals.add(line);
    scores.push(...line.tokens.map((_, i) => tokenRecord(line, i, saved.vocabulary)));
  }
  exchange.send(200, { object: 'score', model: model.id, ...totalsRecord(totals), scores });
}
