import { UnrolledError } from 'unrolled';
import type { Store } from 'unrolled/recipe';
import { pageAddress } from '../page-address.ts';
import type { ModelChoice } from './calls.ts';

/** Files that were opened in the page, in the store. */
const OPENED = 'opened-';
/** The sample model of the page, of the sample text `speeches.txt.gz`. */
const FIRST = 'first';
const FIRST_ADDRESS = './samples/speeches.safetensors';

/** The models that this page can open, and their bytes. */
export class ModelSources {
  readonly #store: Store;
  /** Addresses by the id of the choice. */
  readonly #addresses: Map<string, string> = new Map([[FIRST, FIRST_ADDRESS]]);
  /** Opened files that the store could not keep. */
  readonly #unkept: Map<string, Uint8Array> = new Map();
  #site: readonly ModelChoice[] | null = null;

  constructor(store: Store) {
    this.#store = store;
  }

  /** The choices: the newest run first, then opened files, those of the site, and the sample. */
  async list(): Promise<readonly ModelChoice[]> {
    const files = await this.#store.list('run-');
    const runs = files.filter((file) => /^run-\d+\.safetensors$/.test(file)).sort(byNumber);
    const opened = [...(await this.#store.list(OPENED)), ...this.#unkept.keys()];
    return [
      ...runs.map((name): ModelChoice => ({ id: name, name, origin: 'run' })),
      ...opened.map((id): ModelChoice => ({ id, name: id.slice(OPENED.length), origin: 'file' })),
      ...(await this.#ofSite()),
      { id: FIRST, name: 'speeches.safetensors', origin: 'first' },
    ];
  }

  /** Throws UnrolledError `file-missing` for an id that is no choice. */
  async find(id: string): Promise<ModelChoice> {
    const choice = (await this.list()).find((one) => one.id === id);
    if (choice) return choice;
    throw new UnrolledError('file-missing', `${id}: this browser has no such model. Open its file again.`);
  }

  async read({ id, name }: ModelChoice): Promise<Uint8Array> {
    const address = this.#addresses.get(id);
    return this.#unkept.get(id) ?? (address ? fetched(address, name) : this.#store.read(id));
  }

  /** Keeps an opened file. Returns why the store can't, or null; it is then kept until the page is closed. */
  async add(
    name: string,
    bytes: Uint8Array,
  ): Promise<{ readonly choice: ModelChoice; readonly notKept: string | null }> {
    const choice: ModelChoice = { id: `${OPENED}${name}`, name, origin: 'file' };
    try {
      await this.#store.write(choice.id, bytes);
      this.#unkept.delete(choice.id);
      return { choice, notKept: null };
    } catch (error) {
      this.#unkept.set(choice.id, bytes);
      return { choice, notKept: (error as Error).message };
    }
  }

  /** Forgets an opened file. */
  async remove(id: string): Promise<void> {
    this.#unkept.delete(id);
    if (id.startsWith(OPENED)) await this.#store.remove(id);
  }

  /** The models that `unrolled lab MODEL...` serves; none on another host. */
  async #ofSite(): Promise<readonly ModelChoice[]> {
    if (this.#site) return this.#site;
    const models = await siteModels();
    this.#site = models.map(({ name }, i) => ({ id: `site-${i + 1}`, name, origin: 'site' }));
    for (const [i, { address }] of models.entries()) this.#addresses.set(`site-${i + 1}`, address);
    return this.#site;
  }
}

async function siteModels(): Promise<readonly { readonly name: string; readonly address: string }[]> {
  const response = await fetch(pageAddress('./models.json')).catch(() => null);
  return response?.ok ? response.json().catch(() => []) : [];
}

async function fetched(address: string, name: string): Promise<Uint8Array> {
  const response = await fetch(pageAddress(address));
  if (response.ok) return new Uint8Array(await response.arrayBuffer());
  throw new UnrolledError(
    'file-missing',
    `${name}: the server answered ${response.status}; it must have the model. Start unrolled lab again with the file.`,
  );
}

function byNumber(a: string, b: string): number {
  return b.localeCompare(a, 'en', { numeric: true });
}
