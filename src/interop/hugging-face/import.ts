import { UnrolledError } from '../../errors.ts';
import { shown } from '../../kinds.ts';
import { type Json, loadModelFile, type ModelFile } from '../../models/model-file.ts';
import type { ImportedNetwork, Importer, ImportFile, LeftOut } from '../importer.ts';
import { networkOf } from '../network/network.ts';
import { samplingSettings, withoutText } from '../privacy/without-text.ts';
import { configJSON, generationConfigJSON, type JsonMembers, MODEL_TYPE } from './config-json.ts';
import { difference, differenceOf, readMembers } from './json-file.ts';
import { checkTokenizerFile } from './tokenizer-check.ts';

const WEIGHTS = 'model.safetensors';
const INDEX = `${WEIGHTS}.index.json`;
const GENERATION = 'generation_config.json';
const TOKENIZER = 'tokenizer.json';

/** A folder that `huggingFaceExporter` wrote, by its config.json. */
export const huggingFaceImporter: Importer = {
  noun: 'the config.json of a Hugging Face folder',
  recognises: ({ name, bytes }) => name === 'config.json' && bytes.indexOf(0x7b) >= 0,
  read,
};

async function read(file: ImportFile): Promise<ImportedNetwork> {
  const config = readMembers(file.name, file.bytes);
  checkType(file.name, config);
  const saved = await loadModelFile(await readWeights(file), WEIGHTS);
  const model = withoutText(saved);
  checkConfigFile(file.name, config, model);
  const tokenizer = await file.sibling?.(TOKENIZER);
  if (tokenizer) checkTokenizerFile(TOKENIZER, tokenizer, model);
  const sampling = await file.sibling?.(GENERATION);
  const { tokenizer: cut, vocabulary, items, recipe, results, corpus } = model;
  return {
    network: networkOf(model),
    mapped: Array.from(model.tensors, ([name, { shape }]) => ({ from: name, shape, to: [name] })),
    leftOut: leftOut(saved, model),
    codec: { tokenizer: cut, vocabulary },
    ...{ items, recipe, results, corpus },
    generationConfig: sampling ? samplingOf(model, sampling) : model.generationConfig,
  };
}

function checkType(where: string, { model_type: type, architectures }: JsonMembers): void {
  if (type === MODEL_TYPE) return;
  const [name] = Array.isArray(architectures) ? architectures : [];
  const architecture = typeof name === 'string' ? ` (${name.slice(0, 60)})` : '';
  throw new UnrolledError(
    'file-foreign',
    `${where}: its model_type is ${shown(type).slice(0, 80)}${architecture}; it must be ${shown(MODEL_TYPE)}, a folder from ` +
      `'unrolled export --to hf'. If it is a recurrent network of PyTorch, import ${WEIGHTS} itself with the tokenizer.`,
  );
}

async function readWeights({ name, sibling }: ImportFile): Promise<Uint8Array> {
  const weights = await sibling?.(WEIGHTS);
  if (weights) return weights;
  const isSharded = (await sibling?.(INDEX)) != null;
  const got = isSharded
    ? `the weights are in several files, listed by ${INDEX}`
    : `there is no ${WEIGHTS} beside it`;
  throw new UnrolledError(
    isSharded ? 'file-foreign' : 'file-missing',
    `${name}: ${got}; the weights must be in ${WEIGHTS}. ${isSharded ? 'Save them as one file.' : 'Copy the whole folder.'}`,
  );
}

/** Throws unless config.json describes the model; other keys, which tools add, are not compared. */
function checkConfigFile(where: string, config: JsonMembers, model: ModelFile): void {
  const needed = configJSON(model);
  const path = differenceOf(config, needed);
  if (path === null) return;
  throw new UnrolledError(
    'config',
    `${where}: ${path} differs from the config in ${WEIGHTS}; the two must be equal. Use the files of one export.`,
  );
}

/** The settings of generation_config.json if they were edited, else those of the model file, which may have none. */
function samplingOf(model: ModelFile, bytes: Uint8Array): Json | undefined {
  const given = readMembers(GENERATION, bytes);
  const written = generationConfigJSON(model);
  const isWritten = difference(given, written, '') === null;
  return isWritten ? model.generationConfig : samplingSettings(given);
}

/** What only training needs, and metadata that is none of ours. */
function leftOut({ extras, training, ...saved }: ModelFile, model: ModelFile): LeftOut[] {
  const names = [...extras.keys(), ...(training === undefined ? [] : ['training'])];
  const others = (['recipe', 'corpus', 'results'] as const).flatMap(
    (part) => difference(saved[part], model[part], part) ?? [],
  );
  return [
    ...names.map((name) => ({ name, reason: 'only training and its baselines need it' })),
    ...others.map((name) => ({ name, reason: 'it is no setting or result of training' })),
  ];
}
