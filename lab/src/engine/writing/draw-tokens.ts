import { Random, type SavedModel, Writer, writeNext } from 'unrolled';
import { concatenated } from '../reading/concatenated.ts';
import { YieldTimer } from '../yield-timer.ts';
import { DraftWriter } from './append-tokens.ts';
import type { Continued, Draft, DrawSettings } from './calls.ts';
import type { EncodedDrafts } from './encoded-drafts.ts';
import { healedDraft } from './healed-draft.ts';
import { samplingOptions } from './next-tokens.ts';
import type { TextStates } from './text-states.ts';

/**
 * Draws the next tokens of a draft, with the bits of `generate`. The generator starts from the seed behind typed text, and continues
 * behind tokens that it has drawn.
 */
export async function drawTokens(
  saved: SavedModel,
  given: Draft,
  desk: { readonly states: TextStates; readonly drafts: EncodedDrafts },
  settings: DrawSettings,
  signal: AbortSignal,
): Promise<Continued> {
  const { states, drafts } = desk;
  const { seed, count, heal, milliseconds } = settings;
  const end = performance.now() + milliseconds;
  const random = new Random(seed);
  if (given.random) random.restore(given.random);
  const options = samplingOptions(settings.sampling);
  const draft = heal ? await healedDraft(saved, given, desk, { random, options, signal }) : given;
  const encoded = drafts.encode(draft);
  const out = new DraftWriter(saved, draft, encoded);
  const state = await states.before(encoded.context, signal);
  try {
    const writer = new Writer(saved.model, { ...options, prompt: encoded.context, random, state });
    writer.skip(encoded.context.length - 1);
    const drawn: number[] = [];
    const timer = new YieldTimer();
    while (out.count < count && !out.ended && (out.count === 0 || performance.now() < end)) {
      const [id] = writeNext(saved.model, [writer]);
      drawn.push(id);
      out.push(id);
      await timer.yieldIfDue(signal);
    }
    // The last token has not been read yet.
    const read = concatenated(Int32Array, [encoded.context, drawn.slice(0, -1)]);
    states.keep(read, read.length, state);
    return out.continued(random.save());
  } finally {
    state.release();
  }
}
