import { say } from '../../language/language.ts';
import { FactsList } from '../../parts/facts-list.tsx';
import type { ShownRun } from '../../state/shown-run.ts';

/** The settings of a run that matter most, and the reasons for the automatic choices. */
export function ChosenSettings({ run: { start } }: { readonly run: ShownRun }) {
  if (!start) return null;
  const { recipe, config, parameters, backend } = start;
  const rows: readonly (readonly [string, string | number])[] = [
    ['cell', config.cell],
    ['layers', config.layers],
    ['D', config.embeddingSize],
    ['H', config.hiddenSize],
    ['V', config.vocabSize],
    ['N', recipe.batch],
    ['T', recipe.time],
    ['epochs', recipe.epochs],
    ['optimizer', `${recipe.optimizer} ${recipe.lr}`],
    ['parameters', parameters],
    ['backend', backend],
  ];
  return (
    <>
      <h3>{say.value.train.chosen}</h3>
      <FactsList rows={rows} />
      <ul class="reasons">
        {start.chosen.map((reason) => (
          <li key={reason.reason}>{say.value.train.reasons[reason.reason](reason as never)}</li>
        ))}
      </ul>
    </>
  );
}
