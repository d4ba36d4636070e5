import { promptOrLineStart } from '../../data/texts/line-end.ts';
import { readPrompt } from '../cache/prompt-reader.ts';
import type { OnToken } from '../scheduling/batcher.ts';
import type { CancelSignal } from '../scheduling/request-signal.ts';
import { Choice, type Piece } from './choice.ts';
import type { SpelledTokens } from './logprobs.ts';
import { promptLogprobs } from './prompt-logprobs.ts';
import { promptSpeller, type ServedPrompt } from './prompts.ts';
import type { CompletionRequest } from './request.ts';

/** The token counts of a request. */
export interface Usage {
  readonly prompt: number;
  /** Prompt tokens that were in the cache. */
  readonly cached: number;
  readonly written: number;
}

/** A prompt that is part of the text of its choices, with `echo`. */
export interface EchoedPrompt extends Pick<ServedPrompt, 'text' | 'rest'> {
  /** null when not requested. */
  readonly logprobs: SpelledTokens | null;
}

/** Receives the pieces of choices; a promise pauses the choice until it settles. */
export interface Output {
  /** Receives the prompt, before the first piece. */
  readonly echo: (index: number, echoed: EchoedPrompt) => undefined | Promise<void>;
  readonly emit: (index: number, piece: Piece) => undefined | Promise<void>;
}

/**
 * Generates all choices of a request in one batch.
 * @throws the signal's reason
 */
export async function writeAll(
  request: CompletionRequest,
  signal: CancelSignal,
  output: Output,
): Promise<Usage> {
  const usages = await Promise.all(
    request.prompts.map((_, index) => writePrompt(request, index, signal, output)),
  );
  const sum = (name: keyof Usage) => usages.reduce((total, usage) => total + usage[name], 0);
  return { prompt: sum('prompt'), cached: sum('cached'), written: sum('written') };
}

async function writePrompt(
  request: CompletionRequest,
  promptIndex: number,
  signal: CancelSignal,
  output: Output,
): Promise<Usage> {
  const { model, bestOf, maxTokens, cacheScope } = request;
  const prompt = request.prompts[promptIndex];
  let written: readonly number[];
  const indices = Array.from({ length: bestOf }, (_, i) => promptIndex * bestOf + i);
  const ids = promptOrLineStart(prompt.ids, model.saved.vocabulary);
  const reader = await readPrompt(ids, model, cacheScope, signal);
  try {
    const echoed = await echoedPrompt(request, prompt, signal);
    const choices = indices.map(async (index) => {
      if (echoed) await output.echo(index, echoed);
      if (maxTokens === 0)
        await output.emit(index, { text: echoed?.rest ?? '', token: null, finish: 'length' });
      else return writeChoice(new Choice(index, request, prompt, reader), index, request, signal, output);
      return 0;
    });
    written = await Promise.all(choices);
  } finally {
    reader.release();
  }
  return {
    prompt: prompt.ids.length,
    cached: Math.min(reader.cached, prompt.ids.length),
    written: written.reduce((sum, length) => sum + length, 0),
  };
}

async function echoedPrompt(
  { model: { saved, batcher }, echo, logprobs: count }: CompletionRequest,
  prompt: ServedPrompt,
  signal: CancelSignal,
): Promise<EchoedPrompt | null> {
  if (!echo) return null;
  const { text, rest } = prompt;
  if (count === null) return { text, rest, logprobs: null };
  const tokens = await promptLogprobs(prompt, saved, count, batcher.scheduler(signal));
  return { text, rest, logprobs: { tokens, speller: () => promptSpeller(prompt, saved) } };
}

async function writeChoice(
  choice: Choice,
  index: number,
  { model, began }: CompletionRequest,
  signal: CancelSignal,
  output: Output,
): Promise<number> {
  const onTime = model.latencies.clock(began);
  const onToken: OnToken = (id) => {
    onTime();
    const piece = choice.push(id);
    const waiting = output.emit(index, piece);
    return waiting ? waiting.then(() => piece.finish === null) : piece.finish === null;
  };
  try {
    await model.batcher.write(choice.writer, onToken, signal);
    choice.cacheState();
    return choice.length;
  } finally {
    choice.release();
  }
}
