// The first lines of a web worker from its own file.
import type { ThreadStart } from './start.ts';
import { runThread } from './worker-loop.ts';

globalThis.onmessage = ({ data }: MessageEvent<ThreadStart>) => {
  runThread(data, null, () => globalThis.postMessage('ready'));
};
