import { writeMany } from '../../generation/writing/many-texts.ts';
import { noPrompt, type Prompt } from '../../generation/writing/prompt.ts';
import { type Completed, searchMany, writeOne } from '../../generation/writing/write-text.ts';
import type { SavedModel } from '../../models/model-file.ts';
import { choiceOptions, givenDrawing, readChoice } from '../arguments/choice-options.ts';
import { modelOptions } from '../arguments/common-options.ts';
import { checkEncoding, encodingOption } from '../arguments/encoding-option.ts';
import { UsageError } from '../arguments/usage-error.ts';
import {
  nonNegativeNumber,
  orNull,
  positiveInteger,
  seedNumber,
  stopText,
  text,
} from '../arguments/value-types.ts';
import { type Body, command } from '../command.ts';
import { openModel } from '../files/open-model.ts';
import { PromptFile } from '../files/prompt-file.ts';
import { parsePrompt, readBanned } from '../files/prompts.ts';
import { readText } from '../files/texts/read.ts';
import { MemorySearch } from '../print/overlap-report.ts';
import { WrittenOutput } from '../print/written-output.ts';
import { type Interrupt, listenForInterrupt } from '../terminal/interrupt.ts';
import { printModelText, say } from '../terminal/streams.ts';
import { printable } from '../terminal/style.ts';
import { checkItems, ITEM_LENGTH, itemOptions, writeItems } from './generate/items.ts';

/** The length of a text in tokens. */
const TEXT_LENGTH = 100;

export const generate: Body = command({
  operands: { usage: 'MODEL', min: 1, max: 1 },
  notes:
    'The prompt is printed as typed, then one token after the other is drawn. Words of the prompt that\n' +
    'the vocabulary lacks are read as the unknown token, which is never written. A model of items\n' +
    'writes one item, or continues the prompt to the end of one; with --items, many.',
  options: {
    prompt: { value: 'TEXT', type: text, help: 'Text to continue', otherwise: 'the start of a line' },
    prompts: {
      value: 'FILE',
      type: text,
      help: 'Continue each line of a file, or of standard input for -; line 2 has the seed + 1, and so on',
      otherwise: null,
    },
    length: {
      value: 'N',
      type: orNull(positiveInteger, 'endless'),
      help: 'Number of tokens to write at most, or endless: until Ctrl-C',
      otherwise: `${TEXT_LENGTH}; of an item ${ITEM_LENGTH}`,
    },
    stop: {
      value: 'TEXT',
      type: stopText,
      many: true,
      help: 'End before this text; \\n is the end of a line. May be given more than once',
      otherwise: null,
    },
    ...itemOptions,
    ...choiceOptions,
    seed: { value: 'N', type: seedNumber, help: 'The same seed writes the same text', default: 1 },
    beam: {
      value: 'WIDTH',
      type: positiveInteger,
      help: 'Beam search of this width, to the end of the line, instead of sampling',
      otherwise: null,
    },
    'beam-alpha': {
      value: 'A',
      type: nonNegativeNumber,
      help: 'Continuations of --beam are compared by log P / length^A: 0 favours short ones',
      otherwise: 1,
    },
    text: {
      value: 'FILE',
      type: text,
      help: 'Report the longest verbatim overlap with this text, such as the training text',
      otherwise: null,
    },
    encoding: { ...encodingOption, help: 'Encoding of --prompts and --text, any WHATWG label, or bytes' },
    ...modelOptions,
    json: {
      help: 'Print one JSON object a text: {prompt, text, tokens, unknown, seed}; of --items a string',
    },
  },
  examples: [
    { line: 'unrolled generate model.safetensors', what: '100 tokens from the start of a line' },
    {
      line: 'unrolled generate model.safetensors --prompt "my fellow" --length 30 --seed 7',
      what: 'a beginning of your own; another seed writes another text',
    },
    {
      line: 'unrolled generate model.safetensors --temperature 1 --top-p 0.9 --stop "\\n"',
      what: 'one line, without the unlikeliest tokens',
    },
    { line: 'unrolled generate model.safetensors --temperature 0', what: 'the likeliest token each time' },
    {
      line: 'unrolled generate model.safetensors --prompt "we will" --beam 8',
      what: 'the likeliest line of all that a beam search sees',
    },
    {
      line: 'unrolled generate model.safetensors --prompts names.txt --json',
      what: 'a JSON object for each line of the file',
    },
    {
      line: 'unrolled generate names.safetensors --items --count 20 --unique --new',
      what: 'twenty names, none of them of the training text',
    },
    {
      line: 'unrolled generate model.safetensors --length endless | head -n 20',
      what: 'as much as you like',
    },
  ],
  inputs: ({ prompts, text }, [path]) => [path, prompts, text],
  streams: ({ prompts }) => [prompts],
  run: async (values, [path]) => {
    checkTogether(values);
    checkItems(values);
    const saved = await openModel(path, values);
    const { text, encoding } = values;
    checkEncoding('generate', encoding, saved.tokenizer);
    const isCompared = text !== undefined && !values.items;
    const memory = isCompared ? new MemorySearch(saved, await readText(text, { encoding })) : null;
    const banned = readBanned(values.ban, values['allow-unknown'], saved);
    const length = lengthOf(values.length, saved);
    const { prompt, prompts, stop, seed, beam, json } = values;
    const interrupt = listenForInterrupt();
    const { signal } = interrupt;
    const drawing = { length, stop, seed, choice: readChoice(values, banned) };
    if (values.items) return await writeItems(saved, values, promptOf(prompt, saved), drawing, interrupt);
    if (prompts === undefined && beam === undefined && !json && !memory) {
      const pieces = writeOne(saved, promptOf(prompt, saved), drawing, signal);
      for await (const piece of pieces) await printModelText(piece);
      await printModelText('\n');
      return signal.aborted ? interrupt.status : 0;
    }
    const search = { width: beam ?? 1, alpha: values['beam-alpha'] ?? 1 };
    const searching = { length, stop, banned, allowUnknown: values['allow-unknown'], ...search };
    const file = prompts === undefined ? null : new PromptFile('generate', prompts, saved, encoding);
    const given = file ? file.prompts(signal) : one(promptOf(prompt, saved));
    const texts =
      beam === undefined
        ? writeMany(saved, given, drawing, signal)
        : searchMany(saved, given, searching, signal);
    const status = await showAll(texts, new WrittenOutput(saved, { stop, memory, json }), interrupt);
    return status || reportTrouble(file?.trouble ?? null);
  },
});

/** null is endless. */
function lengthOf(given: number | null | undefined, { items }: SavedModel): number {
  if (given === null) return Number.POSITIVE_INFINITY;
  return given ?? (items === null ? TEXT_LENGTH : ITEM_LENGTH);
}

interface Together {
  readonly prompt: string | undefined;
  readonly prompts: string | undefined;
  readonly length: number | null | undefined;
  readonly beam: number | undefined;
  readonly 'beam-alpha': number | undefined;
  readonly text: string | undefined;
  readonly json: boolean;
}

/** Refuses flags that contradict one another. */
function checkTogether(values: Together & Parameters<typeof givenDrawing>[0]): void {
  const { prompt, prompts, length, beam, json } = values;
  const refuse = (got: string, needs: string): never => {
    throw new UsageError(`generate: got ${got}; ${needs}`);
  };
  if (prompt !== undefined && prompts !== undefined) {
    refuse('--prompt and --prompts', 'it needs one of them. Put the prompt into the file.');
  }
  const whole = (['prompts', 'beam', 'text'] as const).find((name) => values[name] !== undefined);
  if (length === null && (whole ?? json)) {
    refuse(`--length endless and --${whole ?? 'json'}`, 'that needs an end. Write --length N.');
  }
  const drawn = givenDrawing(values);
  if (beam !== undefined && drawn) {
    refuse(`--beam and --${drawn}`, 'a beam search draws nothing. Leave one of them out.');
  }
  if (beam === undefined && values['beam-alpha'] !== undefined) {
    refuse('--beam-alpha without --beam', 'it needs what it belongs to. Add --beam WIDTH.');
  }
}

function promptOf(text: string | undefined, saved: SavedModel): Prompt {
  return text === undefined ? noPrompt : parsePrompt('generate', text, saved);
}

/** @returns the exit status */
function reportTrouble(trouble: string | null): number {
  if (trouble === null) return 0;
  say(printable(trouble));
  return 1;
}

async function* one(prompt: Prompt): AsyncGenerator<Prompt, void> {
  yield prompt;
}

/** @returns the exit status */
async function showAll(
  texts: AsyncIterable<Completed>,
  output: WrittenOutput,
  interrupt: Interrupt,
): Promise<number> {
  try {
    for await (const written of texts) {
      await output.show(written);
      if (interrupt.signal.aborted) break;
    }
  } catch (error) {
    if (!interrupt.explains(error)) throw error;
  }
  return interrupt.signal.aborted ? interrupt.status : 0;
}
