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
import type { NextTokenOptions } from './writer.ts';

/**
 * Options of `generateText`, including the sampling options. The default `temperature` is 0.8 here, as on the command line. The
 * unknown token is generated only with `allowUnknown`.
 */
export interface GenerateTextOptions extends NextTokenOptions {
  /** The maximum number of tokens to generate. Default 100. */
  readonly length?: number;
  /** Stop strings: the text ends before the first occurrence of one. Default: none. */
  readonly stop?: string | readonly string[];
  /** Random seed: the same seed gives the same text, with any number of threads. Default 1. */
  readonly seed?: number;
  /** Whether the returned text begins with the prompt. Default true. */
  readonly echo?: boolean;
  /** Stops after the current token; the text so far is returned. */
  readonly signal?: AbortSignal;
  /** Called with each piece of text as it is generated. */
  readonly onText?: (piece: string) => void;
}

/**
 * Generates a continuation of a prompt. An empty prompt is the start of a line, or of an item; with a model of items, the text
 * ends with its item.
 *
 * @returns the prompt unchanged, followed by its continuation in readable form, with no space before a comma
 * @throws {UnrolledError} code `token-unknown` for a token that the vocabulary can't encode, `option-value` for an option that
 * is out of range, `not-finite` when the weights have overflowed
 */
export async function generateText(
  saved: TextModel,
  prompt: string,
  options: GenerateTextOptions = {},
): Promise<string> {
  checkTextModel('generateText', saved);
  checkObject('generateText', 'the options', options, 'Omit them, or pass { length, seed, … }.');
  const { echo = true, signal, onText, ...sampling } = options;
  if (signal !== undefined) checkSignal('generateText', signal);
  if (onText !== undefined) checkFunction('generateText', 'onText', onText);
  const pieces = writeOne(saved, encodePrompt(prompt, saved), samplingOf(saved, sampling), signal);
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

function samplingOf(
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
