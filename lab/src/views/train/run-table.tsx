import type { Recipe } from 'unrolled/recipe';
import { say } from '../../language/language.ts';
import type { ShownRun } from '../../state/shown-run.ts';
import { Swatch } from './swatch.tsx';

/** The settings in which the runs differ; nothing while there are fewer than two runs. */
export function RunTable({ runs }: { readonly runs: readonly ShownRun[] }) {
  const started = runs.flatMap(({ facts, start }, index) =>
    start ? [{ index, name: facts.name, recipe: start.recipe }] : [],
  );
  const differing = started.length < 2 ? [] : differingSettings(started.map(({ recipe }) => recipe));
  if (differing.length === 0) return null;
  const { settings, differing: title } = say.value.train;
  return (
    <div class="scrolls">
      <table>
        <caption>{title}</caption>
        <thead>
          <tr>
            <td />
            {differing.map((name) => (
              <th key={name} scope="col">
                {settings[name as keyof typeof settings] ?? name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {started.map(({ index, name, recipe }) => (
            <tr key={name}>
              <th scope="row">
                <Swatch index={index} /> {name.replace('.safetensors', '')}
              </th>
              {differing.map((setting) => (
                <td key={setting} class="number">
                  {shown(recipe[setting])}
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
  return value === undefined || value === null ? '–' : String(value);
}
