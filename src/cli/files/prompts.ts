import type { TextCodec } from '../../data/text-codec.ts';
import { UnrolledError } from '../../errors.ts';
import { encodePrompt, type Prompt } from '../../generation/writing/prompt.ts';
import { streamText } from './stream-text.ts';

/** Encodes a prompt; words that the vocabulary lacks are named on stderr. Throws UnrolledError for a blank one. */
export function parsePrompt(where: string, text: string, saved: TextCodec): Prompt {
  const prompt = encodePrompt(text, saved);
  if (prompt.ids.length === 0) {
    throw new UnrolledError(
      'text-empty',
      `${where}: the prompt has no ${saved.tokenizer.unit}; it needs one at least. Write some text.`,
    );
  }
  if (prompt.unknown.length > 0) {
    const names = prompt.unknown.map((token) => JSON.stringify(token)).join(', ');
    const verb = prompt.unknown.length > 1 ? 'are' : 'is';
    const notice = `${where}: ${names} ${verb} not in the vocabulary and read as ${saved.vocabulary.unknown}.`;
    process.stderr.write(`${notice}\n`);
  }
  return prompt;
}

/** The prompts of a file as they come, one a line; `-` is standard input. Throws an AbortError when aborted. */
export async function* parsePrompts(
  where: string,
  path: string,
  saved: TextCodec,
  signal: AbortSignal,
): AsyncGenerator<Prompt, void> {
  let number = 0;
  for await (const line of linesOf(streamText(path, signal))) {
    yield parsePrompt(`${where}: ${path}, line ${++number}`, line, saved);
  }
}

async function* linesOf(text: AsyncIterable<string>): AsyncGenerator<string, void> {
  let rest = '';
  for await (const chunk of text) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() as string;
    for (const line of lines) yield line.replace(/\r$/, '');
  }
  if (rest !== '') yield rest;
}

/** The ids that must not be written: the tokens of `text`, and the unknown token unless it is allowed. */
export function readBanned(
  text: string | undefined,
  allowUnknown: boolean,
  { tokenizer, vocabulary }: TextCodec,
): number[] {
  const banned = allowUnknown ? [] : [...vocabulary.unknownIds];
  for (const { token, start, end } of text === undefined ? [] : tokenizer.spans(text)) {
    // A word of texts, or else a token as it is listed: the end of a line, the unknown token.
    const id = vocabulary.idInText(token) ?? vocabulary.idOf((text as string).slice(start, end));
    if (id === undefined) {
      throw new UnrolledError(
        'token-unknown',
        `--ban: ${JSON.stringify(token)} is not in the vocabulary; the model can't write it anyway. Leave it out.`,
      );
    }
    banned.push(id);
  }
  return banned;
}
