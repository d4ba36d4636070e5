import { toConfigKeys } from '../../models/config.ts';
import type { Json, ModelFile } from '../../models/model-file.ts';
import type { JsonMembers } from './config-json.ts';

/** What a model card says besides what the model has. */
export interface CardFacts {
  /** The title. */
  readonly name: string;
  /** The licence of the model, as an identifier; undefined if unknown. */
  readonly license?: string | undefined;
  /** Whether the folder has a tokenizer.json. */
  readonly hasTokenizer: boolean;
  /** The size of model.safetensors. */
  readonly bytes: number;
}

/** The README.md of a folder on the Hugging Face Hub: YAML for its index, then what a reader needs to know. */
export function modelCard(model: ModelFile, facts: CardFacts): string {
  const sections = [
    `# ${oneLine(facts.name)}\n\n${summary(model, facts)}`,
    textSection(model),
    tokenizerSection(model, facts),
    section('Training', rows(model.recipe, 'setting')),
    resultsSection(model),
    usage(model),
    limitations(model),
  ];
  return `${frontMatter(model, facts)}\n${sections.filter((text) => text !== '').join('\n\n')}\n`;
}

/** Strings are quoted, because YAML reads `no` as false and `1.0` as a number. */
function frontMatter({ config, items }: ModelFile, { license }: CardFacts): string {
  const tags = ['unrolled', 'recurrent-neural-network', 'language-model', config.cell];
  if (items !== null) tags.push('items');
  return [
    '---',
    'library_name: unrolled',
    'pipeline_tag: text-generation',
    ...(license === undefined ? [] : [`license: ${JSON.stringify(license)}`]),
    'tags:',
    ...tags.map((tag) => `- ${JSON.stringify(tag)}`),
    '---',
  ].join('\n');
}

function summary({ config, tensors }: ModelFile, { bytes }: CardFacts): string {
  const parameters = [...tensors.values()].reduce((sum, { data }) => sum + data.length, 0);
  const { cell, layers, hiddenSize, embeddingSize, vocabSize } = config;
  return (
    `A recurrent language model: ${layers} ${cell} layer${layers === 1 ? '' : 's'} of ${hiddenSize} units, embeddings of ` +
    `${embeddingSize} numbers, ${grouped(vocabSize)} tokens; ${grouped(parameters)} parameters, ${grouped(bytes)} bytes.`
  );
}

function textSection({ corpus, items }: ModelFile): string {
  const { tokens, items: counts } = Object(corpus ?? {}) as JsonMembers;
  const { train } = Object(counts ?? {}) as JsonMembers;
  const kind = items === null ? 'continuous text' : `independent items, split by ${code(items)}`;
  const sizes = [
    ...(typeof tokens === 'number' ? [`${grouped(tokens)} tokens`] : []),
    ...(typeof train === 'number' ? [`${grouped(train)} items`] : []),
  ];
  const size =
    sizes.length === 0 ? 'Its size is not recorded.' : `The model was trained on ${sizes.join(' in ')}.`;
  return section('Training text', `${size} It was read as ${kind}. The text is not part of this repository.`);
}

function tokenizerSection({ tokenizer, vocabulary }: ModelFile, { hasTokenizer }: CardFacts): string {
  const { kind } = tokenizer;
  const unknown =
    vocabulary.unknown === null
      ? 'Every token has an id'
      : 'Tokens outside the vocabulary become the unknown token';
  const file = hasTokenizer
    ? "`tokenizer.json` gives the same ids in Hugging Face's `tokenizers`."
    : '`model.safetensors` has the tokenizer; the format of `tokenizer.json` has no equal for this vocabulary.';
  return section('Tokenizer', `\`${kind}\`, ${grouped(vocabulary.size)} tokens. ${unknown}. ${file}`);
}

function resultsSection({ results }: ModelFile): string {
  const measured = rows(results, 'result');
  return section(
    'Results',
    measured &&
      `${measured}\n\nPerplexity is per token of this vocabulary; bits per byte and per character compare across vocabularies.`,
  );
}

function usage({ items }: ModelFile): string {
  const prompt = items === null ? ' --prompt "…"' : '';
  return section(
    'Use',
    [
      '`model.safetensors` is a model file of `unrolled`, which opens as it is:',
      '',
      '```bash',
      `npx unrolled generate model.safetensors${prompt}`,
      'npx unrolled evaluate model.safetensors your-text.txt',
      '```',
    ].join('\n'),
  );
}

function limitations({ config }: ModelFile): string {
  return section(
    'Limitations',
    [
      `- \`transformers\` has no such architecture (\`model_type\` is \`unrolled\`): \`AutoModel\` does not open it. \`safetensors\` reads the arrays, named \`embedding.W\`, \`rnn.0.Wx\` …; the config is ${code(JSON.stringify(toConfigKeys(config)))}.`,
      '- A language model of this size continues a text in its style; it knows no facts and follows no instructions.',
      '- Weights can reproduce passages of the training text, and the vocabulary lists its tokens.',
    ].join('\n'),
  );
}

function section(title: string, body: string): string {
  return body === '' ? '' : `## ${title}\n\n${body}`;
}

/** A table of the numbers and names of a JSON object, by path such as `valid.perplexity`; empty without any. */
function rows(value: Json, title: string): string {
  const found = membersOf(value, '');
  if (found.length === 0) return '';
  const lines = found.map(([name, member]) => `| ${name} | ${member.replaceAll('|', '\\|')} |`);
  return [`| ${title} | value |`, '|---|---|', ...lines].join('\n');
}

function membersOf(value: Json, path: string): [string, string][] {
  if (value === null) return [];
  if (typeof value !== 'object')
    return [[path, typeof value === 'number' ? rounded(value) : oneLine(`${value}`)]];
  return Object.entries(value).flatMap(([name, member]) =>
    membersOf(member, path === '' ? name : `${path}.${name}`),
  );
}

function rounded(value: number): string {
  return Number.isInteger(value) ? `${value}` : `${Number(value.toPrecision(6))}`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ');
}

function grouped(value: number): string {
  return value.toLocaleString('en');
}

function code(text: string): string {
  return `\`${text.replaceAll('`', "'")}\``;
}
