// The engine: texts, runs and models live here, so that the page's thread only draws.
import { Activations } from './activations/activations.ts';
import type { Broadcast, Calls, EngineError, Handlers } from './calls.ts';
import { Chapter } from './chapter/chapter.ts';
import { messageOf } from './error-message.ts';
import { Gradients } from './gradients/gradients.ts';
import { engineFacts } from './machine.ts';
import { Models } from './models/models.ts';
import { OtherTabs } from './other-tabs.ts';
import { Readings } from './reading/readings.ts';
import { Runs } from './runs/runs.ts';
import { Scoring } from './scoring/scoring.ts';
import { openStore } from './store/open-store.ts';
import { KeptText } from './text/kept-text.ts';
import { OpenText } from './text/open-text.ts';
import { Words } from './words/words.ts';
import { Writing } from './writing/writing.ts';

const broadcast = (message: Broadcast) => postMessage({ broadcast: message });

async function openHandlers(): Promise<Handlers<Calls>> {
  const { store, kind } = await openStore();
  const text = new OpenText(new KeptText(store), broadcast);
  const models = new Models(store, text, broadcast);
  const tabs = new OtherTabs(async (message) => {
    if (message.kind === 'model') await models.close(message.id);
    broadcast(message);
  });
  const runs = new Runs(store, broadcast, tabs, async (id) => {
    await models.close(id);
    broadcast({ kind: 'model', id });
    tabs.send({ kind: 'model', id });
  });
  const readings = new Readings(models, broadcast);
  const scoring = new Scoring(models, text, broadcast);
  return {
    open: () => engineFacts(kind),
    ...text.handlers,
    ...runs.handlers(text),
    ...models.handlers,
    ...new Writing(models).handlers,
    ...readings.handlers,
    ...new Gradients(models, readings, broadcast).handlers,
    ...scoring.handlers,
    ...new Words(models).handlers,
    ...new Activations(models, readings, broadcast).handlers,
    ...new Chapter(runs, text).handlers,
  };
}

/** Not awaited here: a message that comes before its listener would be lost. */
const opening = openHandlers();
/** The calls that are under way, by their id. */
const calls: Map<number, AbortController> = new Map();

addEventListener('message', async ({ data: { id, name, argument, isCancelled } }) => {
  if (isCancelled) {
    calls.get(id)?.abort();
    return;
  }
  const abort = new AbortController();
  calls.set(id, abort);
  try {
    const handlers = await opening;
    const result = await handlers[name as keyof Calls](argument as never, abort.signal);
    postMessage({ id, result });
  } catch (error) {
    postMessage({ id, error: errorOf(error) });
  } finally {
    calls.delete(id);
  }
});

function errorOf(error: unknown): EngineError {
  const { code = 'bug' } = Object(error) as Partial<EngineError>;
  return { code: String(code), message: messageOf(error) };
}
