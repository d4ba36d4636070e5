import { UnrolledError } from 'unrolled';
import type { Broadcast } from '../calls.ts';
import { fetchBytes } from '../fetch-bytes.ts';
import { pageAddress } from '../page-address.ts';
import type { OverflowStore } from '../store/overflow-store.ts';
import type { ModelChoice } from './calls.ts';

/** Files that were opened in the page, in the store. */
const OPENED = 'opened-';
/** The sample model of the page, of the sample text `speeches.txt.gz`. */
const FIRST = 'first';
const FIRST_ADDRESS = './samples/speeches.safetensors';

/** The models that this page can open, and their bytes. */
export class ModelSources {
  readonly #store: OverflowStore;
  readonly #tell: (message: Broadcast) => void;
  /** Addresses by the id of the choice. */
  readonly #addresses: Map<string, string> = new Map([[FIRST, FIRST_ADDRESS]]);
  #site: readonly ModelChoice[] | null = null;

  constructor(store: OverflowStore, tell: (message: Broadcast) => void) {
    this.#store = store;
    this.#tell = tell;
  }

  /** The choices: those of the site first, then the newest run, opened files, and the sample. */
  async list(): Promise<readonly ModelChoice[]> {
    const files = await this.#store.list('run-');
    const runs = files.filter((file) => /^run-\d+\.safetensors$/.test(file)).sort(byNumber);
    const opened = await this.#store.list(OPENED);
    return [
      ...(await this.#ofSite()),
      ...runs.map((name): ModelChoice => ({ id: name, name, origin: 'run' })),
      ...opened.map((id): ModelChoice => ({ id, name: id.slice(OPENED.length), origin: 'file' })),
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
    return address ? this.#fetch(address, name) : this.#store.read(id);
  }

  /** Why the browser does not keep the file of a choice; null if it does, or need not. */
  notKept({ id }: ModelChoice): string | null {
    return this.#store.notKept(id);
  }

  /** Keeps an opened file. */
  async add(name: string, bytes: Uint8Array): Promise<ModelChoice> {
    const choice: ModelChoice = { id: `${OPENED}${name}`, name, origin: 'file' };
    await this.#store.write(choice.id, bytes);
    return choice;
  }

  /** Forgets an opened file. */
  async remove(id: string): Promise<void> {
    if (id.startsWith(OPENED)) await this.#store.remove(id);
  }

  async #fetch(address: string, name: string): Promise<Uint8Array> {
    const onShare = (share: number) => this.#tell({ kind: 'progress', work: 'model', share });
    return fetchBytes(pageAddress(address), name, onShare);
  }

  /** The models that `unrolled lab MODEL...` serves; none on another host. */
  async #ofSite(): Promise<readonly ModelChoice[]> {
    if (this.#site) return this.#site;
    const models = await siteModels();
    // The name too, so that the address of one model opens no other one when the files have changed.
    const idOf = (name: string, i: number) => `site-${i + 1}-${name}`;
    this.#site = models.map(({ name }, i) => ({ id: idOf(name, i), name, origin: 'site' }));
    for (const [i, { name, address }] of models.entries()) this.#addresses.set(idOf(name, i), address);
    return this.#site;
  }
}

async function siteModels(): Promise<readonly { readonly name: string; readonly address: string }[]> {
  const response = await fetch(pageAddress('./models.json')).catch(() => null);
  return response?.ok ? response.json().catch(() => []) : [];
}

function byNumber(a: string, b: string): number {
  return b.localeCompare(a, 'en', { numeric: true });
}
