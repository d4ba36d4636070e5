import type { ModelFile } from '../../models/model-file.ts';
import { parameterShapes } from '../../models/parameters.ts';
import { cellSource } from './cell-source.ts';
import { codecSource } from './codec-source.ts';
import { literal } from './literals.ts';
import { programFor } from './program.ts';
import { samplingOf } from './sampling-defaults.ts';

/** Where a module has its weights, and in which form. */
export interface WeightPlace {
  /** The file beside the module; null if they follow the source text. */
  readonly file: string | null;
  readonly float16: boolean;
}

/** The text of the module; without a file of weights, it ends where their base64 begins. */
export function moduleSource(model: ModelFile, name: string, place: WeightPlace): string {
  const parts = [
    configSource(model),
    codecSource(model),
    networkSource(model, place),
    interfaceSource(model),
  ];
  const code = parts.join('\n');
  const end = place.file === null ? WEIGHTS : '';
  return `${heading(model, name, place)}\n${programFor(code)}${code}${end}`;
}

const WEIGHTS = `
/** The numbers of the arrays above, one array after the other, in base64. */
const weights = [
`;

function heading({ config, tokenizer }: ModelFile, name: string, { file }: WeightPlace): string {
  const { cell, layers, hiddenSize, embeddingSize, vocabSize } = config;
  const names = ['encode', 'generate', 'next', 'start', 'startId', 'surprisals'];
  if (file !== null) names.push('load');
  return `// @ts-self-types=${urlLiteral(`${name}.d.ts`)}
// A language model exported by Unrolled: ${layers} × ${cell} of ${hiddenSize} units, embeddings of ${embeddingSize} numbers,
// a vocabulary of ${vocabSize} (tokenizer: ${literal(tokenizer.kind)}).
//
//   import { ${names.sort().join(', ')} } from ${literal(`./${name}.js`)};
//${file === null ? '' : '   await load(); // the weights\n//'}
//   generate({ prompt: 'Once', length: 20, seed: 1 }); // the prompt and its continuation
//   surprisals('a text'); // [{ token, id, bits }, …]
//
//   let { state, logits } = next(start(), startId); // logits of the first token
//   for (const id of encode('a text')) ({ state, logits } = next(state, id));
`;
}

/** The relative URL of a file beside the module. A lone surrogate, which no URL has, becomes U+FFFD. */
function urlLiteral(file: string): string {
  return literal(`./${encodeURIComponent(new TextDecoder().decode(new TextEncoder().encode(file)))}`);
}

function configSource({ config }: ModelFile): string {
  return `/** The sizes of the network. */
export const config = ${literal(config, 2)};

/** The sizes of the arrays of weights, which follow each other in this order. */
const shapes = {
${[...parameterShapes(config)].map(([name, shape]) => `  ${literal(name)}: [${shape.join(', ')}],\n`).join('')}};
`;
}

function networkSource({ config }: ModelFile, { file, float16 }: WeightPlace): string {
  const decode = float16 ? 'float16' : 'float32';
  const create = (bytes: string) => `networkOf(shapes, ${decode}(${bytes}), cell)`;
  const cell = `const cell = ${cellSource(config)};\n\nlet network;\n`;
  if (file === null) {
    return `${cell}
/** The network, decoded when it is first needed. */
function loadedNetwork() {
  network ??= ${create('bytesOfBase64(weights)')};
  return network;
}
`;
  }
  return `${cell}
function loadedNetwork() {
  if (!network) throw new Error('The weights are not loaded. Call await load() first.');
  return network;
}

/** Loads the weights from the file beside this module, or from another URL or bytes. */
export async function load(source = new URL(${urlLiteral(file)}, import.meta.url)) {
  network = ${create('await bytesFrom(source)')};
}
`;
}

function interfaceSource({ generationConfig }: ModelFile): string {
  const defaults = literal(samplingOf(generationConfig).defaults);
  return `const model = languageModel(loadedNetwork, codec, ${defaults});
export const { start, next, probabilities, generate, stream, surprisals, encode, decode } = model;
`;
}
