import type { Recipe } from 'unrolled/recipe';
import { figure, say } from '../../language/language.ts';
import { type ShownRun, titleOf } from '../../state/shown-run.ts';
import { Swatch } from './swatch.tsx';

/** The texts and settings in which the runs differ, and their results; nothing while there are fewer than two runs. */
export function RunTable({ runs }: { readonly runs: readonly ShownRun[] }) {
  const started = runs.flatMap((run, index) => (run.start ? [{ run, index, recipe: run.start.recipe }] : []));
  if (started.length < 2) return null;
  const { settings, differing: title, text, bestValid } = say.value.train;
  const differing = differingSettings(started.map(({ recipe }) => recipe));
  const haveTexts = new Set(started.map(({ run }) => run.facts.text)).size > 1;
  const heads = [...(haveTexts ? [text] : []), ...differing.map((name) => settings[name]), bestValid];
  const cellsOf = ({ facts, best }: ShownRun, recipe: Recipe) => [
    ...(haveTexts ? [facts.text] : []),
    ...differing.map((setting) => shown(recipe[setting])),
    best ? figure(best.perplexity) : '–',
  ];
  return (
    <div class="scrolls">
      <table>
        <caption>{title}</caption>
        <thead>
          <tr>
            <td />
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {started.map(({ run, index, recipe }) => (
            <tr key={run.facts.name}>
              <th scope="row">
                <Swatch index={index} /> {titleOf(run)}
              </th>
              {cellsOf(run, recipe).map((cell, i) => (
                <td key={heads[i]} class="number">
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The names of the settings that are not the same in all recipes. */
export function differingSettings(recipes: readonly Recipe[]): (keyof Recipe)[] {
  const names = [...new Set(recipes.flatMap((recipe) => Object.keys(recipe)))] as (keyof Recipe)[];
  return names.filter((name) => new Set(recipes.map((recipe) => JSON.stringify(recipe[name]))).size > 1);
}

function shown(value: unknown): string {
  const { values } = say.value.train;
  const text = String(value ?? '–');
  return values[text as keyof typeof values] ?? text;
}
