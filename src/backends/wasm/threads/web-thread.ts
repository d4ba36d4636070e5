// The entry of a web worker that is loaded from its own file.
import type { ThreadStart } from './start.ts';
import { runThread } from './worker-loop.ts';

globalThis.onmessage = ({ data }: MessageEvent<ThreadStart>) => {
  runThread(data, null, () => globalThis.postMessage('ready'));
};
