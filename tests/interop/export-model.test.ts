import { expect, test } from 'vitest';
import { exportFormats, exportModel } from '../../src/interop/export-model.ts';
import { networkOf, weightsOf } from '../../src/interop/network/network.ts';
import { parseModelFile } from '../../src/models/model-file.ts';
import { randomModelFile } from '../support/interop.ts';

test('an unknown format is refused with the known ones', async () => {
  const call = exportModel(randomModelFile(), { to: 'word2vec' as 'safetensors' });
  await expect(call).rejects.toMatchObject({
    code: 'option-value',
    message: expect.stringContaining(exportFormats.join(', ')),
  });
});

test('a file that is no model of ours is refused with its name', async () => {
  const call = exportModel(new TextEncoder().encode('a text'), { to: 'safetensors', where: 'notes.txt' });
  await expect(call).rejects.toMatchObject({
    code: 'file-damaged',
    message: expect.stringMatching(/^notes\.txt: /),
  });
});

test.each([
  { cell: 'rnn', layers: 1 },
  { cell: 'gru', resetAfter: true, tied: true },
  { cell: 'lstm', zoneout: 0.1, zoneoutCell: 0.2, layers: 3 },
  { cell: 'minlstm' },
  { cell: 'mogrifier-lstm' },
] as const)('the network of %o has the config and weights of its file', (config) => {
  const file = parseModelFile(randomModelFile(config));
  const network = weightsOf(networkOf(file), 'test');
  expect(network.config).toEqual(file.config);
  expect(network.tensors).toEqual(file.tensors);
});
