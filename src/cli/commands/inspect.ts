import { readableToken } from '../../data/readable-token.ts';
import type { TextCodec } from '../../data/text-codec.ts';
import { UnrolledError } from '../../errors.ts';
import { mostLikely, probabilities } from '../../generation/sampling/sample.ts';
import { logitsAfter } from '../../generation/writing/read-ids.ts';
import { revealsOf } from '../../interop/privacy/reveals.ts';
import { toConfigKeys } from '../../models/config.ts';
import { openModelFile, type SavedModel } from '../../models/model-file.ts';
import { noVerifyOption } from '../arguments/common-options.ts';
import { positiveInteger, text } from '../arguments/value-types.ts';
import { type CommandSpec, command } from '../command.ts';
import { parseModel } from '../files/open-model.ts';
import { parsePrompt } from '../files/prompts.ts';
import { displayName } from '../files/standard-input.ts';
import { readBytes } from '../files/texts/read.ts';
import { openFastBackend } from '../machine/fast-backend.ts';
import { describeModel, describeNext, type ModelFacts, type NextToken } from '../print/inspection.ts';
import { print } from '../terminal/streams.ts';

export const inspect: CommandSpec = command({
  operands: { usage: 'MODEL', min: 1, max: 1 },
  options: {
    after: { value: 'TEXT', type: text, help: 'Show the most likely next tokens after this text' },
    top: { value: 'N', type: positiveInteger, help: 'Number of next tokens to show', default: 10 },
    'no-verify': noVerifyOption,
    json: { help: 'Print one JSON object' },
  },
  examples: [
    {
      line: 'unrolled inspect model.safetensors',
      what: 'sizes, weights, vocabulary, recipe, results, and what the file reveals of its text',
    },
    { line: 'unrolled inspect model.safetensors --after "we will"', what: 'the ten most likely next words' },
  ],
  inputs: (_, [path]) => [path],
  run: async ({ after, top, json, ...how }, [path]) => {
    const bytes = readBytes(path);
    const file = parseModel(path, bytes, how);
    const saved = openModelFile(file, await openFastBackend('wasm', 1));
    const found =
      after === undefined
        ? { ...factsOf(saved, bytes.length), reveals: revealsOf(file) }
        : nextTokens(saved, after, top);
    const text = 'parameters' in found ? factsText(path, found, saved) : nextText(found.next, saved);
    await print(`${json ? toJson(found, path) : text}\n`);
    return 0;
  },
});

/** The facts as text; tokens are shown in readable form. */
function factsText(path: string, facts: ModelFacts, codec: TextCodec): string {
  const first = facts.vocabulary.first.map((_, id) => readableToken(id, codec));
  return describeModel(displayName(path), { ...facts, vocabulary: { ...facts.vocabulary, first } });
}

function nextText(next: readonly NextToken[], codec: TextCodec): string {
  return describeNext(next.map((one) => ({ ...one, token: readableToken(one.id, codec) })));
}

function nextTokens(saved: SavedModel, after: string, top: number): { after: string; next: NextToken[] } {
  const { model, vocabulary } = saved;
  const probs = probabilities(logitsAfter(model, parsePrompt('inspect', after, saved).ids));
  const next = mostLikely(probs, top).map(({ id, probability }) => ({
    token: vocabulary.tokenOf(id),
    id,
    probability,
  }));
  return { after, next };
}

function factsOf(
  { model, tokenizer, vocabulary, items, recipe, corpus, results }: SavedModel,
  bytes: number,
): Omit<ModelFacts, 'reveals'> {
  return {
    bytes,
    config: model.config,
    parameters: model.params.map(({ name, value }) => ({
      name,
      shape: value.shape,
      norm: Math.sqrt(value.values().reduce((sum, x) => sum + x * x, 0)),
    })),
    tokenizer: tokenizer.kind,
    vocabulary: { size: vocabulary.size, unknown: vocabulary.unknown, first: vocabulary.tokens.slice(0, 12) },
    items,
    recipe,
    corpus,
    results,
  };
}

/** Nested lists in a malicious file may be deeper than the stack. */
function toJson(found: ModelFacts | { next: readonly NextToken[] }, path: string): string {
  try {
    return JSON.stringify('config' in found ? { ...found, config: toConfigKeys(found.config) } : found);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UnrolledError(
      'file-large',
      `${displayName(path)}: the JSON of its contents is too long or too deeply nested to print. Use another file.`,
    );
  }
}
