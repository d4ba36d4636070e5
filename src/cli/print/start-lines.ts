import { printable } from '../../data/texts/printable.ts';
import type { Recipe } from '../../recipe/recipe.ts';
import type { StartEvent } from '../../recipe/run/events.ts';
import type { ScaledBatch } from '../../recipe/run/parallel/scale-batch.ts';
import { byteSize, count, percent, plural } from '../terminal/format.ts';
import { pairs } from '../terminal/table.ts';
import { modelNotes } from './inspection.ts';
import { itemRows } from './item-row.ts';
import { chosenLines } from './run/run-messages.ts';
import { textNotes } from './text-notes.ts';

/** The start-up lines of a run: texts, model and settings. */
export function startLines(event: StartEvent): string {
  const { recipe, config, corpus, resumed } = event;
  const names = corpus.files.map(({ name, bytes }) => `${name} (${byteSize(bytes)})`);
  const rows: [string, string][] = [
    ['text', `${names.join(' + ')}; ${plural(event.trainTokens, `${recipe.tokens} token`)} for training`],
    ...textNotes(event.notes).map((note): [string, string] => ['', printable(note)]),
    ...itemRows(event),
    ['vocabulary', `${plural(config.vocabSize, 'token')}${outsideOf(event)}`],
    [
      'model',
      `${plural(config.layers, `${config.cell} layer`)}${modelNotes(config)}, ` +
        `embedding size ${config.embeddingSize}, hidden size ${config.hiddenSize}: ${count(event.parameters)} parameters`,
    ],
    ['backend', event.backend],
    ...(event.ranks ? [['processes', ranksOf(event.ranks)] as [string, string]] : []),
    ...(event.scaled ? [['', scaledOf(event, event.scaled)] as [string, string]] : []),
    ['memory', `${byteSize(event.plannedBytes)} for weights, gradients and work space`],
    [
      'recipe',
      `${lengthOf(event)}, batch ${recipe.batch}, ` +
        `time ${recipe.randomTime ? 'around ' : ''}${recipe.time}${recipe.stateful ? '' : ', stateless'}, ${learningOf(recipe)}, ` +
        `clip ${recipe.clip ?? 'none'}, ${sampleOf(recipe, config.vocabSize)}seed ${recipe.seed}`,
    ],
  ];
  for (const [i, reason] of chosenLines(event).entries()) rows.push([i === 0 ? 'chosen' : '', reason]);
  if (resumed) {
    const { file, epoch, step } = resumed;
    rows.push(['resumes', `from ${printable(file)}, epoch ${epoch}, step ${count(step)}`]);
  }
  return `${pairs(rows)}\n`;
}

/** `batch 80 = 20 × 4; learning rate 60 = 30 × √4, after 50 steps of warm-up`. */
function scaledOf({ recipe }: StartEvent, { processes, batch, lr }: ScaledBatch): string {
  return (
    `batch ${recipe.batch} = ${batch} × ${processes}; learning rate ${Number(recipe.lr.toPrecision(4))} = ${lr} × √${processes}, ` +
    `after ${plural(recipe.warmup, 'step')} of warm-up`
  );
}

/** `4, each with a part of the batch: rank 0 on alpha (process 4711), …`. */
function ranksOf(names: readonly string[]): string {
  return `${names.length}, each with a part of the batch: ${names.map(printable).join(', ')}`;
}

/** `; out of vocabulary: 8.95% of valid, 7.25% of test`, or `; out of vocabulary: none`. */
function outsideOf({ validUnknownRate, testUnknownRate }: StartEvent): string {
  const rates = [
    ...(validUnknownRate === null ? [] : [[validUnknownRate, 'valid'] as const]),
    ...(testUnknownRate === null ? [] : [[testUnknownRate, 'test'] as const]),
  ];
  if (rates.length === 0) return '';
  const isNone = rates.every(([rate]) => rate === 0);
  return `; out of vocabulary: ${isNone ? 'none' : rates.map(([rate, name]) => `${percent(rate)} of ${name}`).join(', ')}`;
}

/** `5 epochs of about 1,000 steps`, `500 steps, 1,000 per epoch`. */
function lengthOf({ recipe, stepsPerEpoch }: StartEvent): string {
  const { epochs, maxSteps, randomTime } = recipe;
  const about = randomTime ? 'about ' : '';
  if (maxSteps !== undefined) return `${plural(maxSteps, 'step')}, ${about}${count(stepsPerEpoch)} per epoch`;
  return `${plural(epochs, 'epoch')} of ${about}${plural(stepsPerEpoch, 'step')}`;
}

function sampleOf({ sampledSoftmax }: Recipe, V: number): string {
  const sampled = sampledSoftmax != null && sampledSoftmax < V;
  return sampled ? `sampled softmax ${count(sampledSoftmax)}, ` : '';
}

/** `adam 0.001 (cosine, ema)`; the default schedule and no average are not mentioned. */
function learningOf({ optimizer, lr, schedule, average }: Recipe): string {
  const more = [...(schedule === 'decay' ? [] : [schedule]), ...(average === null ? [] : [average])];
  return `${optimizer} ${lr}${more.length > 0 ? ` (${more.join(', ')})` : ''}`;
}
