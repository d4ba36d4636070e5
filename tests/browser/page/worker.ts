import { run } from '../runs.ts';

// As many threads as a job asks for, whatever this machine has.
Object.defineProperty(navigator, 'hardwareConcurrency', { value: 2 });

/** A job whose file, where it has one, is fetched by its address. */
export type Request =
  | { readonly kind: 'train'; readonly backend: string; readonly threads: number; readonly text: string }
  | { readonly kind: 'recipe'; readonly backend: 'wasm-strict'; readonly text: string }
  | { readonly kind: 'generate' | 'serve'; readonly backend: string; readonly url: string };

// A rejection reaches the page's `onerror` only when it is thrown outside of the promise.
self.onmessage = ({ data }: MessageEvent<Request>) => {
  answer(data).then(
    (result) => self.postMessage(result),
    (error) =>
      setTimeout(() => {
        throw error;
      }),
  );
};

async function answer(request: Request) {
  if (request.kind === 'train' || request.kind === 'recipe') return run(request);
  const response = await fetch(request.url);
  return run({ ...request, file: new Uint8Array(await response.arrayBuffer()) });
}
