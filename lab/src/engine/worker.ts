// The engine: texts, runs and models live here, so that the page's thread only draws.
import type { Broadcast, Calls, EngineError } from './calls.ts';
import { engineFacts } from './machine.ts';
import { Runs } from './runs.ts';
import { openStore } from './store/open-store.ts';
import { OpenText } from './texts.ts';

type Handlers = { [Name in keyof Calls]: (argument: Parameters<Calls[Name]>[0]) => unknown };

const broadcast = (message: Broadcast) => postMessage({ broadcast: message });

async function openHandlers(): Promise<Handlers> {
  const { store, kind } = await openStore();
  const text = new OpenText();
  const runs = new Runs(store, broadcast);
  return {
    open: () => engineFacts(kind),
    openFile: ({ name, bytes }) => text.openFile(name, new Uint8Array(bytes)),
    openText: ({ name, text: plain }) => text.openText(name, plain),
    textStart: (length) => text.start(length),
    facts: (settings) =>
      text.facts(settings, (share) => broadcast({ kind: 'progress', work: 'text', share })),
    tokens: (range) => text.page(range),
    train: ({ given, minutes }) => runs.start(text.source, given, minutes),
    pause: (name) => runs.pause(name),
    resume: (name) => runs.resume(name),
    stop: (name) => runs.stop(name),
    runs: () => runs.list(),
    download: (name) => store.read(name),
    removeRun: (name) => runs.remove(name),
  };
}

/** Not awaited here: a message that comes before its listener would be lost. */
const opening = openHandlers();

addEventListener('message', async ({ data: { id, name, argument } }) => {
  try {
    const handlers = await opening;
    const result = await handlers[name as keyof Calls](argument as never);
    postMessage({ id, result });
  } catch (error) {
    postMessage({ id, error: errorOf(error) });
  }
});

function errorOf(error: unknown): EngineError {
  const { code = 'bug', message = String(error) } = Object(error) as Partial<EngineError>;
  return { code, message };
}
