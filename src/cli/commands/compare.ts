import { UnrolledError } from '../../errors.ts';
import { type Comparison, compare as compareModels } from '../../generation/scoring/compare.ts';
import { totalsRecord } from '../../generation/scoring/records.ts';
import { jsonLine } from '../../generation/scoring/rows/encode-record.ts';
import { openModelFile } from '../../models/model-file.ts';
import { modelOptions, stateOption } from '../arguments/common-options.ts';
import { checkEncoding, encodingOption } from '../arguments/encoding-option.ts';
import { itemsOption, splitWith } from '../arguments/items-option.ts';
import { positiveInteger, seedNumber } from '../arguments/value-types.ts';
import { type CommandSpec, command } from '../command.ts';
import { readModel } from '../files/open-model.ts';
import { displayName } from '../files/standard-input.ts';
import { namesOf } from '../files/texts/messages.ts';
import { textWithProgress } from '../files/texts/text-with-progress.ts';
import { openFastBackend } from '../machine/fast-backend.ts';
import { describeComparison } from '../print/scoring/comparison.ts';
import { host } from '../terminal/host.ts';
import { listenForInterrupt } from '../terminal/interrupt.ts';
import { print } from '../terminal/streams.ts';

export const compare: CommandSpec = command({
  operands: { usage: 'MODEL_A MODEL_B FILE|-...', min: 3, max: Number.POSITIVE_INFINITY, texts: 2 },
  notes:
    'Both models score the same text line by line. The difference, bits of B minus bits of A, is\n' +
    'averaged per token, or per character if the models have different tokens. The 95% confidence\n' +
    'interval comes from 2,000 bootstrap samples of the lines. Below 0, B predicts the text better.\n' +
    'With fewer than 6 lines there is no interval and no verdict.',
  options: {
    top: {
      value: 'N',
      type: positiveInteger,
      help: 'Number of tokens or texts with the largest differences to show',
      default: 20,
    },
    state: stateOption,
    items: itemsOption,
    encoding: encodingOption,
    seed: {
      value: 'N',
      type: seedNumber,
      help: 'Random seed of the bootstrap; the same seed gives the same interval',
      default: 1,
    },
    ...modelOptions,
    json: { help: 'Print one JSON object' },
  },
  examples: [
    { line: 'unrolled compare old.safetensors new.safetensors test.txt', what: 'is the new model better?' },
    {
      line: 'unrolled compare words.safetensors chars.safetensors test.txt --top 5',
      what: 'models with different tokens, compared per character',
    },
  ],
  inputs: (_, paths) => paths,
  streams: (_, [, , ...files]) => files,
  run: async ({ json, top, state, items, seed, encoding, ...how }, [a, b, ...paths]) => {
    const interrupt = listenForInterrupt();
    const { signal } = interrupt;
    const files = [readModel(a, how), readModel(b, how)] as const;
    const backend = await openFastBackend(how.backend, how.threads);
    const models = [openModelFile(files[0], backend), openModelFile(files[1], backend)] as const;
    for (const { tokenizer } of models) checkEncoding('compare', encoding, tokenizer);
    const [split] = models.map((model) => splitWith('compare', model, { items, state }));
    try {
      const text = textWithProgress(paths, { encoding, signal, shown: !json, apart: split !== null });
      const names = paths.map(displayName);
      const cut = split === null ? { state: state ?? 'carry' } : { ...(items && { items }), names };
      const comparison = await compareModels(...models, text, { top, seed, signal, ...cut });
      if (comparison.a.tokens === 0 || comparison.b.tokens === 0) {
        throw new UnrolledError(
          'text-empty',
          `${namesOf(paths)}: the text has no token; it needs at least one. Use another text.`,
        );
      }
      const width = host().stdout.columns || 80;
      await print(`${json ? asJson(comparison) : describeComparison(comparison, width)}\n`);
      return 0;
    } catch (error) {
      if (interrupt.hasCaused(error)) return interrupt.status;
      throw error;
    }
  },
});

function asJson(comparison: Comparison): string {
  return jsonLine({ ...comparison, a: totalsRecord(comparison.a), b: totalsRecord(comparison.b) });
}
