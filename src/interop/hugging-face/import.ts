import { UnrolledError } from '../../errors.ts';
import { type Json, loadModelFile, type ModelFile } from '../../models/model-file.ts';
import type { ImportedNetwork, Importer, ImportFile, ImportSettings, LeftOut } from '../importer.ts';
import { networkOf } from '../network/network.ts';
import { samplingSettings, withoutText } from '../privacy/without-text.ts';
import {
  configJSON,
  GENERATION,
  generationConfigJSON,
  type JsonMembers,
  MODEL_TYPE,
  TOKENIZER,
  WEIGHTS,
} from './config-json.ts';
import { readForeign } from './foreign.ts';
import { difference, differenceOf, readMembers } from './json-file.ts';
import { checkTokenizerFile } from './tokenizer-check.ts';

const INDEX = `${WEIGHTS}.index.json`;

/** A folder as on the Hugging Face Hub, by its config.json. */
export const huggingFaceImporter: Importer = {
  noun: 'the config.json of a Hugging Face folder',
  takesMap: true,
  recognises: ({ name, bytes }) => name === 'config.json' && bytes.indexOf(0x7b) >= 0,
  read,
};

async function read(file: ImportFile, settings: ImportSettings): Promise<ImportedNetwork> {
  const config = readMembers(file.name, file.bytes);
  const isOurs = config.model_type === MODEL_TYPE;
  return isOurs ? await readOurs(file, config) : await readForeign(file, config, settings);
}

async function readOurs(file: ImportFile, config: JsonMembers): Promise<ImportedNetwork> {
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
