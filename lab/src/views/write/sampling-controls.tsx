import { useSignal } from '@preact/signals';
import { say } from '../../language/language.ts';
import { Term } from '../../parts/term.tsx';
import {
  defaults,
  fields,
  isChanged,
  isWrong,
  resetSampling,
  type SamplingName,
  sampling,
  samplingNames,
  setValue,
  typed,
} from '../../state/writing/sampling.ts';
import { SeedField } from './seed-field.tsx';

/** Where the rail is above the text, the values are folded. */
const isWide = matchMedia('(min-width: 801px)');

/** How a token is chosen: a slider and a number for each value, in the order in which they apply. */
export function SamplingControls() {
  const texts = say.value.write;
  return (
    <details class="sampling" open={isWide.matches}>
      <summary>{texts.sampling}</summary>
      {samplingNames.map((name) => (
        <Control key={name} name={name} />
      ))}
      <SeedField />
      <button type="button" disabled={!isChanged.value} onClick={resetSampling}>
        {texts.reset}
      </button>
    </details>
  );
}

function Control({ name }: { readonly name: SamplingName }) {
  const { values, terms, needs, slider } = say.value.write;
  const { from, to, step } = fields[name];
  const text = typed.get(name)?.value ?? '';
  const value = sampling.value?.[name] ?? defaults.value?.sampling[name] ?? from;
  const wrong = isWrong(name);
  const id = `sampling-${name}`;
  /** What stands in the box while it is edited. */
  const edited = useSignal<string | null>(null);
  const set = ({ currentTarget }: { readonly currentTarget: HTMLInputElement }) =>
    setValue(name, currentTarget.value);
  const label = values[name];
  const term = terms[name];
  return (
    <div class={text === '' ? 'control' : 'control set'}>
      <span>{term ? <Term name={term} label={label} /> : label}</span>
      <input
        type="range"
        aria-label={slider(label)}
        min={from}
        max={to}
        step={step}
        value={value}
        onInput={set}
      />
      <input
        aria-label={label}
        inputMode="decimal"
        value={edited.value ?? (text === '' ? String(value) : text)}
        aria-invalid={wrong}
        aria-describedby={wrong ? `${id}-needs` : undefined}
        onInput={(event) => {
          edited.value = event.currentTarget.value;
          set(event);
        }}
        onBlur={() => (edited.value = null)}
      />
      {wrong && (
        <p class="problem" role="alert" id={`${id}-needs`}>
          {needs[name]}
        </p>
      )}
    </div>
  );
}
