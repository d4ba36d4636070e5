const [words, bytes] = ['lstm-tied', 'mingru-byte'];

/** What the server is asked, in this order; a prompt twice, so that the second one is cached. */
export const requests: readonly { readonly path: string; readonly body?: object }[] = [
  { path: '/v1/models' },
  { path: `/v1/models/${words}` },
  { path: '/v1/models/other' },
  {
    path: '/v1/completions',
    body: { model: words, prompt: 'the old cat', seed: 4, max_tokens: 12, logprobs: 3 },
  },
  {
    path: '/v1/completions',
    body: {
      model: words,
      prompt: 'the old cat',
      seed: 4,
      max_tokens: 5,
      temperature: 0,
      echo: true,
      logprobs: 2,
    },
  },
  {
    path: '/v1/completions',
    body: {
      model: words,
      prompt: ['the grey', [1, 2, 3]],
      n: 2,
      seed: -7,
      top_p: 0.7,
      top_k: 9,
      min_p: 0.01,
      typical_p: 0.9,
      stop: ['here'],
      repetition_penalty: 1.2,
    },
  },
  {
    path: '/v1/completions',
    body: {
      model: bytes,
      prompt: 'the ',
      seed: 9,
      max_tokens: 20,
      stream: true,
      stream_options: { include_usage: true },
    },
  },
  { path: '/v1/score', body: { model: words, text: 'the old cat purrs here .\nthe zebra', alternatives: 2 } },
  { path: '/v1/score', body: { model: bytes, text: 'héy', state: 'line' } },
  { path: '/v1/suggest', body: { model: words, text: 'the old c', top: 3 } },
  { path: '/v1/completions', body: { model: words, prompt: 'the', temperature: 'hot' } },
  { path: '/v1/completions', body: { model: words, prompt: 'the', n: 0 } },
  { path: '/v1/completions', body: { model: words, prompt: 'the', best: 1 } },
  { path: '/v1/completions', body: { model: words, prompt: [[99999]] } },
  { path: '/v1/score', body: { model: words, text: '' } },
  { path: '/v1/nothing' },
];
