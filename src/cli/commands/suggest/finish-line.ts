import { decodeText } from '../../../data/text-codec.ts';
import { promptOrLineStart } from '../../../data/texts/line-end.ts';
import { generate } from '../../../generation/writing/generate.ts';
import { heal } from '../../../generation/writing/heal.ts';
import { encodePrompt } from '../../../generation/writing/prompt.ts';
import { TextStreamer } from '../../../generation/writing/text-streamer.ts';
import type { SavedModel } from '../../../models/model-file.ts';
import { Random } from '../../../tensor/random.ts';
import { printModelText } from '../../terminal/streams.ts';

/** Maximum number of tokens per line, and the default temperature of `generate`. */
const LENGTH = 100;
const TEMPERATURE = 0.8;

/**
 * Generates and prints the rest of the line.
 * @returns the context of the next line: the text with its continuation, as the model reads it; empty after the end of an item
 */
export async function finishLine(
  saved: SavedModel,
  text: string,
  seed: number,
  signal: AbortSignal,
): Promise<string> {
  const { model, tokenizer, vocabulary } = saved;
  const random = new Random(seed);
  const given = encodePrompt(text, saved);
  const { ids: prompt, begun = '' } = await heal(saved, given, random, { temperature: TEMPERATURE });
  const out = new TextStreamer(saved, ['\n']);
  out.prompt(prompt, tokenizer.endsWithSpace(text));
  await printModelText(out.begin(begun));
  const ids = generate(model, {
    prompt: promptOrLineStart(prompt, vocabulary),
    length: LENGTH,
    temperature: TEMPERATURE,
    banned: vocabulary.unknownIds,
    random,
    done: () => out.stopped || signal.aborted,
  });
  const all = [...prompt];
  let hasEnded = false;
  for await (const id of ids) {
    hasEnded = id === vocabulary.endId;
    if (hasEnded) break;
    all.push(id);
    await printModelText(out.push(id));
  }
  await printModelText(`${out.end()}\n`);
  if (hasEnded) return '';
  const written = decodeText(all, saved);
  const end = written.indexOf('\n', decodeText(given.ids, saved).length);
  return end < 0 ? `${written}\n` : written.slice(0, end + 1);
}
