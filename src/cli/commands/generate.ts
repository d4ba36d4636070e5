import { setImmediate } from 'node:timers/promises';
import { backendNames } from '../../backends/open.ts';
import type { SavedModel } from '../../models/model-file.ts';
import { threadsOption } from '../arguments/threads-option.ts';
import { choice, nonNegativeNumber, positiveInteger, seedNumber, text } from '../arguments/value-types.ts';
import { type Body, command } from '../command.ts';
import { openModel } from '../model/open-model.ts';
import { readPrompt } from '../model/prompt.ts';
import { decodeIds, drawIds, startOfText, type WritingOptions } from '../model/writing.ts';
import { INTERRUPTED, listenForInterrupt } from '../terminal/interrupt.ts';
import { printableText } from '../terminal/style.ts';

export const generate: Body = command({
  operands: { usage: 'MODEL', min: 1, max: 1 },
  notes:
    'The prompt is read once and printed, then each token is drawn after all before it. Words of the\n' +
    'prompt that the vocabulary lacks are read as the unknown token, which is never written itself.',
  options: {
    prompt: { value: 'TEXT', type: text, help: 'Text to go on from', otherwise: 'the start of a line' },
    length: { value: 'N', type: positiveInteger, help: 'How many tokens to write', default: 100 },
    temperature: {
      value: 'T',
      type: nonNegativeNumber,
      help: 'Below 1 safer, above 1 bolder; 0 takes the likeliest token each time',
      default: 0.8,
    },
    seed: { value: 'N', type: seedNumber, help: 'The same seed writes the same text', default: 1 },
    backend: { value: 'NAME', type: choice(backendNames), help: 'What computes', default: 'auto' },
    threads: threadsOption,
    json: { help: 'Print {prompt, text, tokens, seed} as one JSON object' },
  },
  examples: [
    { line: 'unrolled generate model.safetensors', what: '100 tokens from the start of a line' },
    {
      line: 'unrolled generate model.safetensors --prompt "my fellow" --length 30 --seed 7',
      what: 'a beginning of your own; another seed writes another text',
    },
    {
      line: 'unrolled generate model.safetensors --temperature 0',
      what: 'the likeliest token each time',
    },
  ],
  run: async ({ prompt, length, temperature, seed, backend, threads, json }, [path]) => {
    const saved = await openModel(path, backend, threads);
    const given = prompt === undefined ? null : readPrompt('generate', prompt, saved);
    const options = { prompt: given ?? startOfText(saved.vocabulary), length, temperature, seed };
    if (!json) return stream(saved, given ?? new Int32Array(0), options);
    const tokens = [...drawIds(saved, options)];
    const result = {
      prompt: prompt ?? '',
      text: decodeIds(saved, tokens),
      tokens: tokens.map((id) => saved.vocabulary.tokenOf(id)),
      seed,
    };
    process.stdout.write(`${JSON.stringify(result)}\n`);
    return 0;
  },
});

/** Prints the prompt and what follows as it comes. Returns the exit status. */
async function stream(saved: SavedModel, prompt: Int32Array, options: WritingOptions): Promise<number> {
  const signal = listenForInterrupt();
  const decoder = saved.tokenizer.decoder();
  const write = (piece: string) => process.stdout.write(process.stdout.isTTY ? printableText(piece) : piece);
  const push = (id: number) => write(decoder.push(saved.vocabulary.tokenOf(id)));
  prompt.forEach(push);
  for (const id of drawIds(saved, options)) {
    push(id);
    await setImmediate(); // lets Ctrl-C be heard
    if (signal.aborted) break;
  }
  write(`${decoder.end()}\n`);
  return signal.aborted ? INTERRUPTED : 0;
}
