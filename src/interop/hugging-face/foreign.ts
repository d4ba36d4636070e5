import { UnrolledError } from '../../errors.ts';
import { shown } from '../../kinds.ts';
import type { ImportedNetwork, ImportFile, ImportSettings } from '../importer.ts';
import { samplingSettings } from '../privacy/without-text.ts';
import { networkOfArrays } from '../pytorch/state-dict/network-of-arrays.ts';
import { readArrays } from '../safetensors/read-arrays.ts';
import { GENERATION, type JsonMembers, MODEL_TYPE, WEIGHTS } from './config-json.ts';
import { readMembers } from './json-file.ts';

/** The recurrent weights of PyTorch's modules, in the JSON of a safetensors file. */
const RECURRENT = /"(?:[^"\\]*\.)?weight_hh_l\d+(?:_raw)?"/;

/**
 * A folder of another program with the weights of a recurrent network of PyTorch. Any other architecture is
 * refused by name.
 */
export async function readForeign(
  file: ImportFile,
  config: JsonMembers,
  settings: ImportSettings,
): Promise<ImportedNetwork> {
  const weights = await file.sibling?.(WEIGHTS);
  if (!weights || !(RECURRENT.test(headerOf(weights)) || settings.map.rnn)) throw foreign(file.name, config);
  const imported = networkOfArrays(readArrays(weights, WEIGHTS), settings, WEIGHTS);
  const sampling = await file.sibling?.(GENERATION);
  return {
    ...imported,
    generationConfig: sampling ? samplingSettings(readMembers(GENERATION, sampling)) : undefined,
  };
}

/** The JSON of a safetensors file, whose length its first bytes give. */
function headerOf(bytes: Uint8Array): string {
  if (bytes.length < 8) return '';
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  return new TextDecoder().decode(bytes.subarray(8, 8 + length));
}

function foreign(where: string, { model_type: type, architectures }: JsonMembers): UnrolledError {
  const [name] = Array.isArray(architectures) ? architectures : [];
  const architecture = typeof name === 'string' ? ` (${name.slice(0, 60)})` : '';
  return new UnrolledError(
    'file-foreign',
    `${where}: its model_type is ${shown(type).slice(0, 80)}${architecture}, and ${WEIGHTS} has no recurrent weights of PyTorch; it must ` +
      `be ${shown(MODEL_TYPE)}, a folder from 'unrolled export --to hf', or a recurrent network. Import another model.`,
  );
}
