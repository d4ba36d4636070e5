import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openBackend } from '../../src/backends/open.ts';
import { createParam } from '../../src/layers/layer.ts';
import { TimeRNN } from '../../src/layers/time/rnn.ts';
import type { Nested, Tensor } from '../../src/tensor/tensor.ts';

const golden: Record<string, number[][][]> = JSON.parse(
  readFileSync(new URL('../golden/rnn-from-pytorch.json', import.meta.url), 'utf8'),
);

test('TimeRNN has the outputs and gradients of torch.nn.RNN', async () => {
  const backend = await openBackend('reference');
  const [N, T, D, H] = [3, 5, 4, 6];
  const param = (name: string, shape: number[]) => {
    const made = createParam(backend.arena, name, shape);
    made.value.set(golden[name] as Nested);
    return made;
  };
  const [Wx, Wh, b] = [param('Wx', [D, H]), param('Wh', [H, H]), param('b', [H])];
  const rnn = new TimeRNN(backend, Wx, Wh, b, { stateful: true });
  rnn.setState(backend.arena.tensor([N, H]).set(golden.h0));
  const hs = rnn.forward(backend.arena.sequence([N, T, D]).set(golden.xs));
  const dxs = rnn.backward(backend.arena.sequence([N, T, H]).set(golden.dhs));
  const ours: Record<string, Tensor> = {
    hs,
    dxs,
    dh0: rnn.dh as Tensor,
    dWx: Wx.grad,
    dWh: Wh.grad,
    db: b.grad,
  };
  for (const [name, tensor] of Object.entries(ours)) {
    const theirs = [golden[name]].flat(3);
    expect(tensor.size).toBe(theirs.length);
    tensor.values().forEach((value, i) => expect(value, name).toBeCloseTo(theirs[i], 12));
  }
});
