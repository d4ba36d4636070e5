import { findModel } from '../../find-model.ts';
import type { ServedModel } from '../../served-model.ts';
import type { Service } from '../../service.ts';
import type { Exchange } from '../http/exchange.ts';

/** `GET /v1/models`: https://platform.openai.com/docs/api-reference/models */
export async function listModels(exchange: Exchange, { models }: Service): Promise<void> {
  exchange.send(200, { object: 'list', data: models.map(describe) });
}

/** `GET /v1/models/ID` */
export async function showModel(exchange: Exchange, { models }: Service): Promise<void> {
  exchange.send(200, describe(findModel(idOf(exchange.path), models)));
}

function idOf(path: string): string {
  const last = path.slice(path.lastIndexOf('/') + 1);
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

/** Beside what clients of OpenAI's API read: what model it is. */
function describe({ id, created, saved }: ServedModel): object {
  const { model, tokenizer } = saved;
  const { cell, layers, hiddenSize, vocabSize } = model.config;
  const facts = { cell, layers, hidden: hiddenSize, vocabulary: vocabSize, tokens: tokenizer.kind };
  return { id, object: 'model', created, owned_by: 'unrolled', ...facts, parameters: model.parameterCount };
}
