import type { ModelFacts } from '../engine/models/calls.ts';
import { figure, number, say } from '../language/language.ts';
import * as models from '../state/models.ts';
import { FactsList } from './facts-list.tsx';
import { Problem } from './problem.tsx';

/** A button that shows the facts about the model. */
export function ModelAbout() {
  const texts = say.value.models;
  const model = models.model.value;
  if (!model) return null;
  return (
    <>
      <button
        type="button"
        class="plain"
        popovertarget="model-about"
        aria-label={texts.about}
        title={texts.about}
      >
        ⓘ
      </button>
      <section id="model-about" popover="auto" class="model-about" aria-label={texts.about}>
        <h2>{model.name}</h2>
        <FactsList rows={rowsOf(model)} />
        <Problem message={model.notKept && texts.notKept(model.notKept)} />
        {model.origin === 'file' && (
          <button type="button" onClick={() => models.remove(model.id)}>
            {texts.remove}
          </button>
        )}
      </section>
    </>
  );
}

function rowsOf(model: ModelFacts): readonly (readonly [string, string])[] {
  const { facts, origins } = say.value.models;
  const { cell, layers, embeddingSize, hiddenSize, vocabSize, tied } = model.config;
  const kind = say.value.text.kinds[model.tokens as 'word'] ?? model.tokens;
  return [
    [facts.cell, cell.toUpperCase()],
    [facts.layers, number(layers)],
    [facts.embedding, number(embeddingSize)],
    [
      facts.hidden,
      tied && layers > 1
        ? facts.topOf(number(hiddenSize), number(embeddingSize))
        : number(tied ? embeddingSize : hiddenSize),
    ],
    [facts.vocabulary, `${number(vocabSize)}, ${kind}`],
    [facts.parameters, number(model.parameters)],
    ...(model.validPerplexity === null ? [] : [[facts.perplexity, figure(model.validPerplexity)] as const]),
    [facts.origin, origins[model.origin]],
    ...(model.trainingText === null ? [] : [[facts.text, model.trainingText] as const]),
  ];
}
