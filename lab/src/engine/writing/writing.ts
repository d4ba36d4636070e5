import { type SavedModel, type Suggester, samplingDefaults } from 'unrolled';
import type { Handlers } from '../calls.ts';
import type { Models } from '../models/models.ts';
import { DraftWriter } from './append-tokens.ts';
import type { Continued, DraftRequest, Overlap, WritingCalls, WritingDefaults } from './calls.ts';
import { complete } from './complete.ts';
import { drawTokens } from './draw-tokens.ts';
import { EncodedDrafts } from './encoded-drafts.ts';
import { findBeams } from './find-beams.ts';
import { nextTokens } from './next-tokens.ts';
import { comparableIds, findOverlap } from './overlap.ts';
import { TextStates } from './text-states.ts';

/** What is kept for an open model. */
interface Desk {
  readonly states: TextStates;
  readonly drafts: EncodedDrafts;
  suggester: Suggester | null;
  /** The text that drafts are compared with. */
  compared: { readonly text: string; readonly ids: Promise<Int32Array> } | null;
}

/** Writing with the models of this page. */
export class Writing {
  readonly #models: Models;
  readonly #desks: WeakMap<SavedModel, Desk> = new WeakMap();

  constructor(models: Models) {
    this.#models = models;
  }

  get handlers(): Handlers<WritingCalls> {
    return {
      writingDefaults: (id) => this.#models.use(id, ({ saved }) => defaultsOf(saved)),
      nextTokens: ({ model, draft, ...settings }, signal) =>
        this.#models.use(model, async ({ saved }) => {
          const { drafts, states } = this.#deskOf(saved);
          const encoded = drafts.encode(draft);
          const logits = await states.logits(encoded.context, signal);
          return nextTokens(saved, encoded, logits, settings);
        }),
      appendTokens: (request) => this.#append(request),
      drawTokens: ({ model, draft, ...settings }, signal) =>
        this.#models.use(model, ({ saved }) =>
          drawTokens(saved, draft, this.#deskOf(saved), settings, signal),
        ),
      beams: ({ model, draft, ...settings }, signal) =>
        this.#models.use(model, ({ saved }) =>
          findBeams(saved, draft, this.#deskOf(saved), settings, signal),
        ),
      complete: ({ model, text, count }, signal) =>
        this.#models.use(model, ({ saved }) => complete(saved, text, count, this.#deskOf(saved), signal)),
      overlap: (request, signal) => this.#overlap(request, signal),
    };
  }

  #append({ model, draft, ids }: DraftRequest & { readonly ids: readonly number[] }): Promise<Continued> {
    return this.#models.use(model, ({ saved }) => {
      const out = new DraftWriter(saved, draft, this.#deskOf(saved).drafts.encode(draft));
      for (const id of ids) out.push(id);
      return out.continued(draft.random);
    });
  }

  #overlap(
    { model, draft, least }: DraftRequest & { readonly least: number },
    signal: AbortSignal,
  ): Promise<Overlap> {
    return this.#models.use(model, async ({ saved, facts }) => {
      const source = await this.#models.textFor(facts);
      const desk = this.#deskOf(saved);
      if (desk.compared?.text !== source.text)
        desk.compared = { text: source.text, ids: comparableIds(saved, source) };
      const ids = await desk.compared.ids;
      const found = await findOverlap(saved, desk.drafts.encode(draft), ids, least, signal);
      return { ...found, name: source.name, isTrainingText: facts.trainingText !== null };
    });
  }

  #deskOf(saved: SavedModel): Desk {
    const desk = this.#desks.get(saved) ?? {
      states: new TextStates(saved.model),
      drafts: new EncodedDrafts(saved),
      suggester: null,
      compared: null,
    };
    this.#desks.set(saved, desk);
    return desk;
  }
}

/** The defaults of `unrolled generate`: those of the model file, else its own. */
function defaultsOf(saved: SavedModel): WritingDefaults {
  const { wholeWords, granularity, unit } = saved.tokenizer;
  const given = samplingDefaults('Write', saved);
  return {
    sampling: {
      temperature: given.temperature ?? 0.8,
      topK: given.top_k ?? 0,
      topP: given.top_p ?? 1,
      minP: given.min_p ?? 0,
      typical: given.typical_p ?? 1,
      repetitionPenalty: given.repetition_penalty ?? 1,
      repetitionWindow: 64,
    },
    verbatim: wholeWords ? 5 : granularity === 'word' ? 10 : 20,
    ...{ wholeWords, unit },
  };
}
