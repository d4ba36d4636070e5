// Trains, saves and reopens a model away from the page's main thread.
import { generateText, loadModel, type SavedModel, saveModelFile, trainText } from 'unrolled';
import type { Reply, Request } from './messages.ts';

const FILE = 'model.safetensors';
let saved: SavedModel | null = null;
let training: AbortController | null = null;

const answer = (reply: Reply) => postMessage(reply);

/** Replaces the current model and frees its backend; replies with a generated sample. */
async function show(next: SavedModel, status: string): Promise<void> {
  saved?.model.backend.close();
  saved = next;
  answer({ kind: 'done', status, sample: await generateText(saved, '', { length: 80 }) });
}

/** Trains to the end or until `cancel`, which keeps the model so far. */
async function train(text: string): Promise<void> {
  if (training) return;
  training = new AbortController();
  let last = 0;
  try {
    const trained = await trainText(text, {
      tokens: 'char',
      minutes: 1,
      signal: training.signal,
      onEvent: (event) => {
        if (event.event !== 'step' || performance.now() - last < 100) return;
        last = performance.now();
        const { epoch, share, trainPerplexity: perplexity } = event;
        answer({ kind: 'progress', epoch, share, perplexity });
      },
    });
    await show(trained, trained.interrupted ? 'Cancelled: the model so far' : 'Trained');
  } finally {
    training = null;
  }
}

/** Saves to the origin's private file system, which outlives the page. */
async function save(): Promise<void> {
  if (!saved) throw new Error('There is no model yet: train or reopen one.');
  const folder = await navigator.storage.getDirectory();
  const file = await (await folder.getFileHandle(FILE, { create: true })).createWritable();
  await file.write(await saveModelFile(saved));
  await file.close();
  answer({ kind: 'done', status: `Saved as ${FILE}` });
}

async function reopen(): Promise<void> {
  const folder = await navigator.storage.getDirectory();
  const handle = await folder.getFileHandle(FILE).catch((error: DOMException) => {
    throw error.name === 'NotFoundError' ? new Error('Nothing is saved yet: train, then save.') : error;
  });
  await show(await loadModel(await handle.getFile()), `Reopened ${FILE}`);
}

function handle(request: Request): Promise<void> | void {
  if (request.kind === 'train') return train(request.text);
  if (request.kind === 'save') return save();
  if (request.kind === 'reopen') return reopen();
  training?.abort();
}

addEventListener('message', async ({ data }: MessageEvent<Request>) => {
  try {
    await handle(data);
  } catch (error) {
    answer({ kind: 'done', status: (error as Error).message });
  }
});
