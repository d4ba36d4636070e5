import { promptOrLineStart } from '../../data/line-end.ts';
import type { Prompt } from '../../generation/writing/prompt.ts';
import type { OnToken } from '../batcher.ts';
import { readPrompt } from '../prompt-reader.ts';
import { Choice, type Piece } from './choice.ts';
import { promptLogprobs } from './prompt-logprobs.ts';
import type { CompletionRequest } from './request.ts';

/** How many tokens a request came to. */
export interface Usage {
  readonly prompt: number;
  /** Of the prompt's, those that did not have to be read again. */
  readonly cached: number;
  readonly written: number;
}

/** Takes a piece of the text of choice `index`; a promise makes the text wait until it is settled. */
export type Tell = (index: number, piece: Piece) => undefined | Promise<void>;

/**
 * Writes all texts of a request side by side, those of the first prompt first, and tells them piece by piece.
 * @throws the signal's reason
 */
export async function writeAll(request: CompletionRequest, signal: AbortSignal, tell: Tell): Promise<Usage> {
  const usages = await Promise.all(
    request.prompts.map((_, place) => writePrompt(request, place, signal, tell)),
  );
  const sum = (name: keyof Usage) => usages.reduce((total, usage) => total + usage[name], 0);
  return { prompt: sum('prompt'), cached: sum('cached'), written: sum('written') };
}

async function writePrompt(
  request: CompletionRequest,
  place: number,
  signal: AbortSignal,
  tell: Tell,
): Promise<Usage> {
  const { model, n, maxTokens } = request;
  const prompt = request.prompts[place];
  let written: readonly number[];
  const indices = Array.from({ length: n }, (_, i) => place * n + i);
  const reader = await readPrompt(promptOrLineStart(prompt.ids, model.saved.vocabulary), model, signal);
  try {
    const head = await headOf(request, prompt, signal);
    const texts = indices.map(async (index) => {
      if (head) await tell(index, head);
      if (maxTokens === 0) await tell(index, { text: '', logprobs: null, finish: 'length' });
      else return writeChoice(new Choice(index, request, prompt, reader), index, request, signal, tell);
      return 0;
    });
    written = await Promise.all(texts);
  } finally {
    reader.release();
  }
  return {
    prompt: prompt.ids.length,
    cached: Math.min(reader.cached, prompt.ids.length),
    written: written.reduce((sum, length) => sum + length, 0),
  };
}

/** The prompt as the first piece of each of its texts, where it is asked for. */
async function headOf(
  { model: { saved, batcher }, echo, logprobs }: CompletionRequest,
  prompt: Prompt,
  signal: AbortSignal,
): Promise<Piece | null> {
  if (!echo) return null;
  const notes =
    logprobs === null ? null : await promptLogprobs(prompt, saved, logprobs, batcher.turns(signal));
  return { text: prompt.text, logprobs: notes, finish: null };
}

async function writeChoice(
  choice: Choice,
  index: number,
  { model }: CompletionRequest,
  signal: AbortSignal,
  tell: Tell,
): Promise<number> {
  const onToken: OnToken = (id) => {
    const piece = choice.push(id);
    const waiting = tell(index, piece);
    return waiting ? waiting.then(() => piece.finish === null) : piece.finish === null;
  };
  try {
    await model.batcher.write(choice.writer, onToken, signal);
    choice.remember();
    return choice.length;
  } finally {
    choice.release();
  }
}
