import { promptOrLineStart } from '../../data/texts/line-end.ts';
import type { Prompt } from '../../generation/writing/prompt.ts';
import { readPrompt } from '../cache/prompt-reader.ts';
import type { OnToken } from '../scheduling/batcher.ts';
import type { CancelSignal } from '../scheduling/request-signal.ts';
import { Choice, type Piece } from './choice.ts';
import { promptLogprobs } from './prompt-logprobs.ts';
import type { CompletionRequest } from './request.ts';

/** The token counts of a request. */
export interface Usage {
  readonly prompt: number;
  /** Prompt tokens that were in the cache. */
  readonly cached: number;
  readonly written: number;
}

/** Receives a piece of choice `index`; a promise pauses the choice until it settles. */
export type EmitPiece = (index: number, piece: Piece) => undefined | Promise<void>;

/**
 * Generates all choices of a request in one batch; `emit` receives each piece.
 * @throws the signal's reason
 */
export async function writeAll(
  request: CompletionRequest,
  signal: CancelSignal,
  emit: EmitPiece,
): Promise<Usage> {
  const usages = await Promise.all(
    request.prompts.map((_, index) => writePrompt(request, index, signal, emit)),
  );
  const sum = (name: keyof Usage) => usages.reduce((total, usage) => total + usage[name], 0);
  return { prompt: sum('prompt'), cached: sum('cached'), written: sum('written') };
}

async function writePrompt(
  request: CompletionRequest,
  promptIndex: number,
  signal: CancelSignal,
  emit: EmitPiece,
): Promise<Usage> {
  const { model, n, maxTokens, cacheScope } = request;
  const prompt = request.prompts[promptIndex];
  let written: readonly number[];
  const indices = Array.from({ length: n }, (_, i) => promptIndex * n + i);
  const ids = promptOrLineStart(prompt.ids, model.saved.vocabulary);
  const reader = await readPrompt(ids, model, cacheScope, signal);
  try {
    const echoed = await echoPiece(request, prompt, signal);
    const choices = indices.map(async (index) => {
      if (echoed) await emit(index, echoed);
      if (maxTokens === 0) await emit(index, { text: '', logprobs: null, finish: 'length' });
      else return writeChoice(new Choice(index, request, prompt, reader), index, request, signal, emit);
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

/** The prompt as the first piece of each choice, with `echo`. */
async function echoPiece(
  { model: { saved, batcher }, echo, logprobs }: CompletionRequest,
  prompt: Prompt,
  signal: CancelSignal,
): Promise<Piece | null> {
  if (!echo) return null;
  const notes =
    logprobs === null ? null : await promptLogprobs(prompt, saved, logprobs, batcher.scheduler(signal));
  return { text: prompt.text, logprobs: notes, finish: null };
}

async function writeChoice(
  choice: Choice,
  index: number,
  { model }: CompletionRequest,
  signal: CancelSignal,
  emit: EmitPiece,
): Promise<number> {
  const onToken: OnToken = (id) => {
    const piece = choice.push(id);
    const waiting = emit(index, piece);
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
