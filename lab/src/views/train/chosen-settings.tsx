import { number, say } from '../../language/language.ts';
import { FactsList } from '../../parts/facts-list.tsx';
import type { ShownRun } from '../../state/shown-run.ts';

/** The settings of a run that matter most, and the reasons for the automatic choices. */
export function ChosenSettings({ run: { start } }: { readonly run: ShownRun }) {
  if (!start) return null;
  const { settings, facts, chosen, reasons } = say.value.train;
  const { recipe, config, parameters, backend } = start;
  const rows: readonly (readonly [string, string | number])[] = [
    [settings.cell, config.cell],
    [settings.layers, config.layers],
    [settings.wordvec, config.embeddingSize],
    [settings.hidden, config.hiddenSize],
    [facts.vocabulary, number(config.vocabSize)],
    [settings.batch, recipe.batch],
    [settings.time, recipe.time],
    [settings.epochs, recipe.epochs],
    [settings.optimizer, recipe.optimizer],
    [settings.lr, recipe.lr],
    [settings.schedule, recipe.schedule],
    [settings.clip, recipe.clip ?? '–'],
    [settings.initEmbedding, recipe.initEmbedding ?? 'random'],
    [settings.outputBias, recipe.outputBias ?? 'zero'],
    [facts.parameters, number(parameters)],
    [facts.backend, backend],
  ];
  return (
    <>
      <h3>{chosen}</h3>
      <FactsList rows={rows} />
      <ul class="reasons">
        {start.chosen.map((reason) => (
          <li key={reason.reason}>{reasons[reason.reason](reason as never)}</li>
        ))}
      </ul>
    </>
  );
}
