import { type Signal, useSignal } from '@preact/signals';
import { say } from '../../language/language.ts';
import { Choice } from '../../parts/choice.tsx';
import { EncodingChoice } from '../../parts/encoding-choice.tsx';
import { FileButton } from '../../parts/file-button.tsx';
import { saveFile } from '../../parts/save-file.ts';
import { engine } from '../../state/engine.ts';
import * as models from '../../state/models.ts';
import * as scoring from '../../state/scoring.ts';
import { sentence } from '../../state/sentence.ts';

export function Controls() {
  const texts = say.value.read;
  return (
    <>
      <p class="lead">{texts.lead}</p>
      <Source />
      <Choice label={texts.by} value={scoring.by} all={scoring.units} nameOf={(unit) => texts.units[unit]} />
      {scoring.by.value === 'token' && scoring.unit.value === 'word' && <p class="note">{texts.asWords}</p>}
      <Other />
      <label class="check">
        <input
          type="checkbox"
          checked={scoring.numbers.value === 'on'}
          onChange={({ currentTarget }) => (scoring.numbers.value = currentTarget.checked ? 'on' : 'off')}
        />
        {texts.numbers}
      </label>
      <EncodingChoice />
      <Downloads />
    </>
  );
}

/** The sentence of all views, the validation part of the open text, or a file. */
function Source() {
  const texts = say.value.read;
  const { source, sources, file } = scoring;
  const isThere = { sentence: true, valid: scoring.hasValid.value, file: file.value !== null };
  return (
    <>
      <Choice
        label={texts.source}
        value={source}
        all={sources.filter((one) => isThere[one])}
        nameOf={(one) => (one === 'file' ? (file.value?.name ?? '') : texts.sources[one])}
      />
      {source.value === 'sentence' && (
        <label class="field">
          <span>{say.value.models.sentence}</span>
          <textarea
            rows={5}
            spellcheck={false}
            value={sentence.value}
            onInput={({ currentTarget }) => (sentence.value = currentTarget.value)}
          />
        </label>
      )}
      <div class="buttons">
        <FileButton label={texts.open} onFiles={([first]) => void scoring.openFile(first)} />
      </div>
    </>
  );
}

/** The choice of a second model. */
function Other() {
  const texts = say.value.read;
  const others = models.choices.value.filter(({ id }) => id !== models.model.value?.id);
  const isThere = others.some(({ id }) => id === scoring.other.value);
  return (
    <label class="field">
      <span>{texts.compare}</span>
      <select
        value={isThere ? scoring.other.value : ''}
        onChange={({ currentTarget }) => (scoring.other.value = currentTarget.value)}
      >
        <option value="">{others.length === 0 ? texts.noOther : texts.noCompare}</option>
        {others.map(({ id, name, origin }) => (
          <option key={id} value={id}>
            {say.value.models.choice[origin](name)}
          </option>
        ))}
      </select>
    </label>
  );
}

/** The same rows as the command line's. */
function Downloads() {
  const texts = say.value.read;
  const isSaving = useSignal(false);
  const all = ['tsv', 'json'] as const;
  return (
    <div class="buttons">
      {all.map((format) => (
        <button
          key={format}
          type="button"
          disabled={!scoring.facts.value || isSaving.value}
          onClick={() => void save(format, isSaving)}
        >
          {texts.save[format]}
        </button>
      ))}
    </div>
  );
}

async function save(format: 'tsv' | 'json', isSaving: Signal<boolean>): Promise<void> {
  isSaving.value = true;
  const by = scoring.unit.value;
  const what = scoring.facts.value?.comparison ? 'difference' : 'surprisal';
  try {
    saveFile(`${what}-by-${by}.${format}`, await engine.call('scoreFile', { by, format }));
  } finally {
    isSaving.value = false;
  }
}
