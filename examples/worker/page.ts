// A page that trains in a module worker and stays responsive.
//
//   npx vite examples/worker        (in a project that has `unrolled` and `vite`)
import type { Reply, Request } from './messages.ts';

const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
const element = <E extends HTMLElement>(id: string) => document.getElementById(id) as E;
const [text, progress] = [element<HTMLTextAreaElement>('text'), element<HTMLProgressElement>('progress')];
const [status, sample] = [element('status'), element('sample')];

const send = (request: Request) => worker.postMessage(request);
element('train').onclick = () => send({ kind: 'train', text: text.value });
element('cancel').onclick = () => send({ kind: 'cancel' });
element('save').onclick = () => send({ kind: 'save' });
element('reopen').onclick = () => send({ kind: 'reopen' });

worker.onmessage = ({ data }: MessageEvent<Reply>) => {
  if (data.kind === 'progress') {
    progress.value = data.share;
    status.textContent = `Epoch ${data.epoch}: perplexity ${data.perplexity.toFixed(1)}`;
  } else {
    status.textContent = data.status;
    sample.textContent = data.sample ?? '';
  }
};
worker.onerror = ({ message }) => {
  status.textContent = message;
};
