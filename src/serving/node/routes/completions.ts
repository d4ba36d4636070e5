import { StreamedAnswer, WholeAnswer } from '../../completions/answer.ts';
import { readCompletion } from '../../completions/request.ts';
import { writeAll } from '../../completions/write.ts';
import type { Service } from '../../service.ts';
import type { Exchange } from '../http/exchange.ts';

/** `POST /v1/completions`: https://platform.openai.com/docs/api-reference/completions */
export async function completions(exchange: Exchange, { models, limits, admission }: Service): Promise<void> {
  admission.checkOpen();
  const request = readCompletion(await exchange.json(), models, limits);
  const { signal } = exchange;
  await exchange.enter(admission, request.prompts.length * request.n);
  if (request.stream) {
    const answer = new StreamedAnswer(request, exchange.stream());
    await answer.end(await writeAll(request, signal, (index, piece) => answer.tell(index, piece)));
  } else {
    const answer = new WholeAnswer(request);
    const usage = await writeAll(request, signal, (index, piece) => answer.tell(index, piece));
    exchange.send(200, answer.end(usage));
  }
}
