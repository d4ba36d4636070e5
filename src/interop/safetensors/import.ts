import { UnrolledError } from '../../errors.ts';
import { isSafetensors } from '../../formats/identify-file.ts';
import type { Importer } from '../importer.ts';
import { networkOfArrays } from '../pytorch/state-dict/network-of-arrays.ts';
import { readArrays } from './read-arrays.ts';

/** A safetensors file with PyTorch's names. */
export const safetensorsImporter: Importer = {
  noun: "a safetensors file with PyTorch's names",
  takesMap: true,
  recognises: ({ bytes }) => isSafetensors(bytes),
  read: ({ name, bytes }, settings) => {
    const arrays = readArrays(bytes, name);
    if (arrays.metadata.get('format')?.startsWith('unrolled-')) throw alreadyOurs(name);
    return networkOfArrays(arrays, settings, name);
  },
};

function alreadyOurs(where: string): UnrolledError {
  return new UnrolledError(
    'file-foreign',
    `${where}: this is a file of Unrolled already; import needs one of another tool. Use the file as it is.`,
  );
}
