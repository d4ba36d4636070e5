// Prints the estimated and the measured memory of requests, in bytes, as JSON. A process of its own holds nothing else that
// could be freed meanwhile.
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { completeLazily } from '../../../src/serving/completions/complete.ts';
import { scoreLazily } from '../../../src/serving/score.ts';
import { openService, type Service } from '../../../src/serving/service.ts';
import { served, someLimits } from '../../support/served.ts';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

const words = Array.from({ length: 30 }, (_, i) => `word${i}`);
const text = (count: number) => Array.from({ length: count }, (_, i) => words[(7 * i) % 30]).join(' ');
const model = served(`${words.join(' ')}\n`, { unknown: '<unk>', cacheBytes: 0 });
const limits = { ...someLimits, promptTokens: 1e5, maxTokens: 1e5, answerBytes: 1e9, memoryBytes: 1e12 };
/** Enough that what the engine frees meanwhile (compiled code, some 200 kB) hardly counts. */
const COUNT = 20;

/** Memory in use, in bytes, once collecting garbage frees nothing more. */
async function used(): Promise<number> {
  for (let before = Number.POSITIVE_INFINITY; ; ) {
    await setImmediate();
    collectGarbage();
    const { heapUsed, external } = process.memoryUsage();
    if (heapUsed + external > before - 1000) return heapUsed + external;
    before = heapUsed + external;
  }
}

/** The bytes of one of several requests that are kept. */
async function measured(
  keep: (service: Service) => Promise<unknown>,
  service: Service = openService([model], limits),
): Promise<{ counted: number; held: number }> {
  const kept = [await keep(service)];
  const [before, countedBefore] = [await used(), service.admission.bytes];
  for (let i = 0; i < COUNT; i++) kept.push(await keep(service));
  const held = ((await used()) - before) / COUNT;
  if (kept.length !== COUNT + 1) throw new Error('a request is missing');
  return { counted: (service.admission.bytes - countedBefore) / COUNT, held };
}

/** Slots, memory and answer are kept. */
const admitted = { onAdmitted: () => {} };
const completion = (body: object) => measured((service) => completeLazily(service, { ...body }, admitted));
const score = (body: object) => measured((service) => scoreLazily(service, { ...body }, admitted));

/** A stream whose first event is never taken. */
function untakenStream(service: Service): Promise<object> {
  return new Promise((resolve, reject) => {
    const never = new Promise<void>(() => {});
    const onPiece = () => {
      resolve({ never });
      return never;
    };
    const body = { prompt: text(500), max_tokens: 5, stream: true, echo: true, logprobs: 20 };
    completeLazily(service, body, { onPiece }).catch(reject);
  });
}

/** Prompts of token ids that wait for the only slot, with a field that is not used. */
async function waitingPrompts(): Promise<{ counted: number; held: number }> {
  const service = openService([model], { ...limits, streams: 1, queue: COUNT + 1 });
  await service.admission.enter(1, new AbortController().signal);
  return measured(async () => {
    const prompt = Array.from({ length: 20_000 }, (_, i) => i % 30);
    const waiting = completeLazily(service, { prompt, metadata: { note: 'x'.repeat(500_000) } }, {});
    await setImmediate();
    return { waiting };
  }, service);
}

const results = {
  'probabilities of a completion': await completion({ prompt: 'word1', max_tokens: 300, logprobs: 20 }),
  'probabilities of a prompt': await completion({
    ...{ prompt: text(500), max_tokens: 0, echo: true, logprobs: 20 },
  }),
  'a score with alternatives': await score({ text: text(500), alternatives: 20 }),
  'a score of short lines': await score({ text: 'word1\n'.repeat(250), alternatives: 0, state: 'line' }),
  'a score of unknown words': await score({ text: 'no\n'.repeat(250), alternatives: 2 }),
  'a stream that waits for its client, which keeps no text': await measured(untakenStream),
  'a prompt of ids that waits, kept as 32-bit integers without other fields': await waitingPrompts(),
};
console.log(JSON.stringify(results));
process.exit(); // untaken streams never end
