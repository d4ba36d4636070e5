import {
  checkFunction,
  checkObject,
  checkSignal,
  checkValue,
  positiveInteger,
  seed as seedKind,
} from '../../kinds.ts';
import { checkTextModel } from '../../models/check-model.ts';
import type { TextModel } from '../../models/model-file.ts';
import { encodePrompt } from './prompt.ts';
import { writeOne } from './write-text.ts';
import type { DrawingOptions } from './writer.ts';

/**
 * How a text is generated. Sampling: `DrawingOptions`; `temperature` has the default 0.8 here, as on the command line. Ids of
 * `banned` are never generated, nor is the unknown token unless `allowUnknown`.
 */
export interface GenerateTextOptions extends DrawingOptions {
  /** The maximum number of tokens to generate. Default 100. */
  readonly length?: number;
  /** Strings that end the text; it stops before the first of them. Default: none. */
  readonly stop?: string | readonly string[];
  /** The same seed gives the same text, on any machine and with any number of threads. Default 1. */
  readonly seed?: number;
  /** Whether the text begins with the prompt, as `unrolled generate` prints it. Default true. */
  readonly echo?: boolean;
  /** Ends the text after the token being generated; what was generated is returned. */
  readonly signal?: AbortSignal;
  /** Receives the text in pieces as it is generated. */
  readonly onText?: (piece: string) => void;
}

/**
 * Continues a prompt; an empty prompt is the start of a line, of a model of items that of an item, and the text ends with the item.
 *
 * @returns the prompt as it was given, and its continuation in readable form: no space before a comma
 * @throws UnrolledError for a token that the vocabulary can't encode, and for an option that is out of its range
 */
export async function generateText(
  saved: TextModel,
  prompt: string,
  options: GenerateTextOptions = {},
): Promise<string> {
  checkTextModel('generateText', saved);
  checkObject('generateText', 'the options', options, 'Leave them out, or give { length, seed, … }.');
  const { echo = true, signal, onText, ...drawing } = options;
  if (signal !== undefined) checkSignal('generateText', signal);
  if (onText !== undefined) checkFunction('generateText', 'onText', onText);
  const pieces = writeOne(saved, encodePrompt(prompt, saved), drawingOf(saved, drawing), signal);
  let [text, isPrompt] = ['', true];
  for await (const piece of pieces) {
    const isWanted = echo || !isPrompt;
    isPrompt = false;
    if (!isWanted || piece === '') continue;
    text += piece;
    onText?.(piece);
  }
  return text;
}

function drawingOf(
  { vocabulary }: TextModel,
  {
    length = 100,
    stop = [],
    seed = 1,
    allowUnknown = false,
    banned = [],
    temperature = 0.8,
    ...rest
  }: GenerateTextOptions,
) {
  checkValue('generateText', 'length', length, positiveInteger);
  checkValue('generateText', 'seed', seed, seedKind);
  const all = allowUnknown ? banned : [...banned, ...vocabulary.unknownIds];
  return {
    length,
    seed,
    stop: typeof stop === 'string' ? [stop] : stop,
    choice: { ...rest, temperature, banned: all, allowUnknown },
  };
}
