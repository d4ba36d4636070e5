import { settings as table } from 'unrolled/recipe';
import { say } from '../language/language.ts';
import { type Group, groups, problemOf, type SettingName, typed } from '../state/recipe.ts';

/** Settings that belong together, folded. An empty one is chosen for the text and the time, or has its default. */
export function SettingGroup({ group }: { readonly group: Group }) {
  return (
    <details class="settings">
      <summary>{say.value.train.groups[group]}</summary>
      {groups[group].map((name) => (
        <Field key={name} name={name} />
      ))}
    </details>
  );
}

function Field({ name }: { readonly name: SettingName }) {
  const { settings, values, automatic, needs } = say.value.train;
  const value = typed.get(name) as NonNullable<ReturnType<typeof typed.get>>;
  const { kind, automatic: usual } = table[name];
  const isKnown = usual !== undefined && name !== 'cell'; // the cell depends on the length of the text
  const choices = kind.form === 'boolean' ? ['true', 'false'] : kind.choices;
  const problem = problemOf(name);
  const id = `setting-${name}`;
  const set = ({ currentTarget }: { readonly currentTarget: HTMLInputElement | HTMLSelectElement }) => {
    value.value = currentTarget.value;
  };
  return (
    <div class="setting">
      <label for={id}>{settings[name]}</label>
      {choices ? (
        <select id={id} value={value.value} onChange={set}>
          <option value="">{isKnown ? `${automatic} (${usual})` : automatic}</option>
          {choices.map((choice) => (
            <option key={choice} value={choice}>
              {values[choice as keyof typeof values] ?? choice}
            </option>
          ))}
        </select>
      ) : (
        <input
          id={id}
          value={value.value}
          placeholder={automatic}
          inputMode={kind.form === 'text' ? 'text' : 'decimal'}
          aria-invalid={problem !== null}
          aria-describedby={problem === null ? undefined : `${id}-problem`}
          onInput={set}
        />
      )}
      {problem !== null && (
        <p class="problem" id={`${id}-problem`}>
          {needs(problem)}
        </p>
      )}
    </div>
  );
}
