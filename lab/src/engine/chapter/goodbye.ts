import {
  configs,
  logitsAfter,
  openBackend,
  probabilities,
  Random,
  RecurrentLM,
  SGD,
  StreamBatches,
  train,
} from 'unrolled';
import type { GoodbyeNumbers } from './calls.ts';
import { idsOf, repeated, SENTENCE, spellings } from './sentence.ts';

const EPOCHS = 60;
const PROMPTS = ['you', 'you say', 'you say goodbye and i say'];
/** Each follows the whole sentence: training carries the state round the sentence too. */
const promptIds = PROMPTS.map((prompt) => idsOf(`${SENTENCE} ${prompt}`));
const SIZES = { vocabSize: spellings.length, embeddingSize: 8, hiddenSize: 16 };

/** Trains a small model on the sentence, and predicts the word after each prompt after each epoch. */
export async function learnGoodbye(signal: AbortSignal): Promise<GoodbyeNumbers> {
  const backend = await openBackend('reference');
  try {
    const model = new RecurrentLM(backend, configs.simpleRnnlm(SIZES), new Random(3));
    const predict = () => promptIds.map((ids) => Float64Array.from(probabilities(logitsAfter(model, ids))));
    const [perplexities, predictions] = [[] as number[], [predict()]];
    const batches = new StreamBatches(repeated(24), { N: 1, T: 4, end: 'wrap' });
    const optimizer = new SGD(backend, { lr: 0.5 });
    for await (const event of train(model, { batches, optimizer, epochs: EPOCHS, signal })) {
      if (event.event !== 'epoch') continue;
      perplexities.push(event.trainPerplexity);
      predictions.push(predict());
    }
    const numbers = { perplexities: Float64Array.from(perplexities), predictions };
    return { vocabulary: spellings, prompts: PROMPTS, ...numbers };
  } finally {
    backend.close();
  }
}
