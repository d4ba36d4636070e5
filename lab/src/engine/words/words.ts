import { RecordEncoder, type SavedModel, TokenVectors } from 'unrolled';
import type { Handlers } from '../calls.ts';
import type { Models } from '../models/models.ts';
import type { OpenModel } from '../models/open-model.ts';
import type { Neighbours, SimilarToken, Vectors, VectorTable, WordCalls, WordMap } from './calls.ts';
import { type Frequencies, idsByFrequency } from './frequent-tokens.ts';
import { principalPlane } from './principal-components.ts';
import { TokenSearch } from './token-search.ts';

/** The neighbours of a file. */
const IN_FILE = 100;

/** What is kept of an open model. */
interface Kept {
  readonly search: TokenSearch;
  readonly vectors: Map<VectorTable, Promise<TokenVectors>>;
  order: Promise<Frequencies & { readonly countedIn: string | null }> | null;
}

/** The vectors of the tokens of a model. */
export class Words {
  readonly #models: Models;
  readonly #kept: WeakMap<SavedModel, Kept> = new WeakMap();

  constructor(models: Models) {
    this.#models = models;
  }

  get handlers(): Handlers<WordCalls> {
    return {
      wordMap: (request) => this.#map(request),
      searchTokens: ({ model, query, most }) =>
        this.#models.use(model, async (open) => {
          const { ids } = await this.#order(open);
          return this.#of(open.saved).search.find(query, ids, most);
        }),
      neighbours: (request) => this.#neighbours(request),
      analogy: ({ a, b, c, most, ...which }) =>
        this.#with(which, (vectors, shown) => vectors.analogy(a, b, c, most).map(shown)),
      neighboursFile: async (request) => {
        const { of, nearest } = await this.#neighbours({ ...request, most: IN_FILE });
        return tableOf(nearest.map((one, i) => ({ of: of.token, rank: i + 1, ...one })));
      },
      mapFile: async (request) => {
        const { tokens, x, y } = await this.#map(request);
        return tableOf(tokens.map((token, i) => ({ ...token, x: x[i], y: y[i] })));
      },
    };
  }

  #map(request: Vectors & { readonly most: number }): Promise<WordMap> {
    return this.#models.use(request.model, async (open) => {
      const { saved, facts } = open;
      const { ids, countedIn } = await this.#order(open);
      const shown = ids.slice(0, request.most);
      const vectors = await this.#vectors(saved, request.table);
      const D = vectors.dimension;
      const rows = new Float64Array(shown.length * D);
      for (const [i, id] of shown.entries()) rows.set(vectors.vector(id), i * D);
      const { config, tokens } = facts;
      return {
        facts: { vocabSize: config.vocabSize, dimension: D, tied: config.tied === true, tokens },
        tokens: shown.map((id) => this.#of(saved).search.tokens[id]),
        ...principalPlane(rows, D),
        countedIn,
      };
    });
  }

  #neighbours({
    id,
    most,
    ...which
  }: Vectors & { readonly id: number; readonly most: number }): Promise<Neighbours> {
    return this.#with(which, (vectors, shown, unseen) => {
      const nearest = vectors.nearest(id, most).map(shown);
      const { token } = shown({ id, token: '', cosine: 1 });
      return { of: { id, token }, nearest, unseen: [id, ...nearest.map((one) => one.id)].filter(unseen) };
    });
  }

  #with<T>(
    { model, table }: Vectors,
    work: (
      vectors: TokenVectors,
      shown: (one: SimilarToken) => SimilarToken,
      unseen: (id: number) => boolean,
    ) => T,
  ): Promise<T> {
    return this.#models.use(model, async (open) => {
      const { tokens } = this.#of(open.saved).search;
      const { unseen } = await this.#order(open);
      return work(
        await this.#vectors(open.saved, table),
        (one) => ({ ...one, token: tokens[one.id].token }),
        (id) => unseen.has(id),
      );
    });
  }

  #vectors(saved: SavedModel, table: VectorTable): Promise<TokenVectors> {
    const { vectors } = this.#of(saved);
    const known = vectors.get(table) ?? TokenVectors.of(saved, table);
    vectors.set(table, known);
    return known;
  }

  /** By frequency in the training text, else in the order of the vocabulary. */
  #order({ saved, facts }: OpenModel): NonNullable<Kept['order']> {
    const kept = this.#of(saved);
    const count = async () => {
      if (facts.trainingText === null) {
        return { ids: [...saved.vocabulary.tokens.keys()], unseen: new Set<number>(), countedIn: null };
      }
      const { text, name } = await this.#models.textFor(facts);
      return { ...(await idsByFrequency(saved, text)), countedIn: name };
    };
    kept.order ??= count().catch((error) => {
      kept.order = null;
      throw error;
    });
    return kept.order;
  }

  #of(saved: SavedModel): Kept {
    const known = this.#kept.get(saved) ?? {
      search: new TokenSearch(saved),
      vectors: new Map(),
      order: null,
    };
    this.#kept.set(saved, known);
    return known;
  }
}

function tableOf(records: readonly object[]): Blob {
  const encoder = new RecordEncoder('tsv');
  return new Blob(records.map((record) => encoder.write(record)));
}
