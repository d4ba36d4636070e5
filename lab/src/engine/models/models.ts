import { type Backend, loadModel } from 'unrolled';
import type { SourceText } from 'unrolled/recipe';
import type { Broadcast, Handlers } from '../calls.ts';
import { bytesOf } from '../file-bytes.ts';
import { openFast } from '../machine.ts';
import type { OverflowStore } from '../store/overflow-store.ts';
import type { OpenText } from '../text/open-text.ts';
import type { ModelCalls, ModelChoice, ModelFacts } from './calls.ts';
import { ModelSources } from './model-sources.ts';
import { OpenModel } from './open-model.ts';
import { TrainingTexts } from './training-texts.ts';

/** The most models that are held open: two to compare, and the one before. */
const MOST_OPEN = 3;
/** The most bytes of a model file: it is in memory twice while it is opened. */
const MOST_BYTES = 1_000_000_000;

/** The models of this page. They share one backend; runs in training have their own. */
export class Models {
  readonly #sources: ModelSources;
  readonly #texts: TrainingTexts;
  #backend: Promise<Backend> | null = null;
  /** By id, the most recently used last. */
  readonly #open: Map<string, Promise<OpenModel>> = new Map();

  constructor(store: OverflowStore, openText: OpenText, tell: (message: Broadcast) => void) {
    this.#sources = new ModelSources(store, tell);
    this.#texts = new TrainingTexts(store, openText);
  }

  get handlers(): Handlers<ModelCalls> {
    return {
      models: () => this.#sources.list(),
      openModel: (id) => this.use(id, ({ facts }) => facts),
      addModel: async ({ name, contents }) => this.#add(name, await bytesOf(name, contents, MOST_BYTES)),
      removeModel: async (id) => {
        await this.close(id);
        await this.#sources.remove(id);
      },
    };
  }

  /** Calls a function with an open model, which stays open until the result is there. Throws UnrolledError. */
  async use<T>(id: string, work: (open: OpenModel) => T | Promise<T>): Promise<T> {
    const opening = this.#open.get(id) ?? this.#load(id);
    this.#open.delete(id);
    this.#open.set(id, opening);
    const open = await opening.catch((error) => {
      if (this.#open.get(id) === opening) this.#open.delete(id);
      throw error;
    });
    try {
      return await open.use(work);
    } catch (error) {
      if (isBackendLost(error)) await this.#closeAll();
      throw error;
    }
  }

  /**
   * The text that an open model was trained on, if this browser has it; else the text that is open in the view Text.
   * Throws UnrolledError if there is neither.
   */
  textFor(open: ModelChoice): Promise<SourceText> {
    return this.#texts.textFor(open);
  }

  /** Closes a model: it is opened again from its file when it is next used, such as after a run has changed it. */
  async close(id: string): Promise<void> {
    const opening = this.#open.get(id);
    this.#open.delete(id);
    this.#texts.drop(id);
    const open = await opening?.catch(() => null);
    open?.close();
  }

  async #load(id: string): Promise<OpenModel> {
    await this.#makeRoom();
    const choice = await this.#sources.find(id);
    return this.#parse(choice, await this.#sources.read(choice));
  }

  async #parse(choice: ModelChoice, bytes: Uint8Array): Promise<OpenModel> {
    this.#backend ??= openFast();
    const file = new File([new Uint8Array(bytes)], choice.name);
    const saved = await loadModel(file, await this.#backend);
    return new OpenModel(choice, saved, await this.#texts.nameFor(choice), this.#sources.notKept(choice));
  }

  /** The file is opened before it is kept, so that a broken one is refused. */
  async #add(name: string, bytes: Uint8Array): Promise<ModelFacts> {
    const probe = await this.#parse({ id: name, name, origin: 'file' }, bytes);
    probe.close();
    const { id } = await this.#sources.add(name, bytes);
    await this.close(id);
    return this.use(id, ({ facts }) => facts);
  }

  /** Every model is opened again when it is next used, on another backend. */
  async #closeAll(): Promise<void> {
    const backend = this.#backend;
    this.#backend = null;
    this.#open.clear();
    await backend?.then((lost) => lost.close()).catch(() => {});
  }

  async #makeRoom(): Promise<void> {
    for (const [id, opening] of [...this.#open]) {
      if (this.#open.size < MOST_OPEN) return;
      const open = await opening.catch(() => null);
      if (!open?.isUsed) await this.close(id);
    }
  }
}

/** Whether an error leaves the memory or the threads of a backend in a state that nothing can be computed from. */
function isBackendLost(error: unknown): boolean {
  return error instanceof WebAssembly.RuntimeError || Object(error).code === 'thread-failed';
}
