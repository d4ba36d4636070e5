import type { Importer } from '../importer.ts';
import { looksLikeTorch } from './file/open-file.ts';
import { readTorchFile } from './file/read-file.ts';
import { networkOfArrays } from './state-dict/network-of-arrays.ts';

/** A file of torch.save: a state dict, a checkpoint with one, or a whole module. */
export const pytorchImporter: Importer = {
  noun: 'a file of torch.save',
  takesMap: true,
  recognises: ({ bytes }) => looksLikeTorch(bytes),
  read: async ({ name, bytes }, settings) =>
    networkOfArrays(await readTorchFile(bytes, name), settings, name),
};
