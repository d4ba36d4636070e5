import { say } from '../../language/language.ts';
import { saveFile } from '../../parts/save-file.ts';
import type { ShownRun } from '../../state/runs.ts';

/** Saves the numbers of the curves. */
export function SaveNumbers({ runs }: { readonly runs: readonly ShownRun[] }) {
  const save = () => saveFile('perplexities.tsv', new TextEncoder().encode(tableOf(runs)));
  return (
    <div class="buttons">
      <button type="button" onClick={save}>
        {say.value.train.saveNumbers}
      </button>
    </div>
  );
}

/** One line for each point: run, curve, seconds, perplexity. */
function tableOf(runs: readonly ShownRun[]): string {
  const lines = runs.flatMap(({ facts, train, valid }) =>
    Object.entries({ train, valid }).flatMap(([curve, points]) =>
      points.map(({ seconds, perplexity }) => [facts.name, curve, seconds, perplexity].join('\t')),
    ),
  );
  return `${['run\tcurve\tseconds\tperplexity', ...lines].join('\n')}\n`;
}
