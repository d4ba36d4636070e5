import type { TextCodec } from '../../data/text-codec.ts';
import { UnrolledError } from '../../errors.ts';
import { encodePrompt, type Prompt } from '../../generation/writing/prompt.ts';
import { say } from '../terminal/streams.ts';
import { printable } from '../terminal/style.ts';

/** Encodes a prompt; words that the vocabulary lacks are named on stderr. Throws UnrolledError for a blank one. */
export function parsePrompt(where: string, text: string, saved: TextCodec): Prompt {
  const prompt = encodePrompt(text, saved);
  if (prompt.ids.length === 0) {
    throw new UnrolledError(
      'text-empty',
      `${where}: the prompt has no ${saved.tokenizer.unit}; it needs one at least. Write some text.`,
    );
  }
  nameUnknown(where, prompt, saved);
  return prompt;
}

/** Says on stderr which words of a prompt the vocabulary lacks, if any. */
export function nameUnknown(where: string, { unknown }: Prompt, { vocabulary }: TextCodec): void {
  if (unknown.length === 0) return;
  const names = unknown.map((token) => JSON.stringify(token)).join(', ');
  const verb = unknown.length > 1 ? 'are' : 'is';
  say(printable(`${where}: ${names} ${verb} not in the vocabulary and read as ${vocabulary.unknown}.`));
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
