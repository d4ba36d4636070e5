import { bytes, percent, say } from '../language/language.ts';
import * as models from '../state/models.ts';
import { openModel } from '../state/open-files.ts';
import { FileButton } from './file-button.tsx';
import { ModelAbout } from './model-about.tsx';
import './model-choice.css';

/** The model that the views show, the facts about it, and a button that opens another file. */
export function ModelChoice() {
  const texts = say.value.models;
  const { choices, model, opening } = models;
  return (
    <div class="model-choice" aria-busy={opening.value !== null}>
      <select
        aria-label={texts.label}
        value={models.named.value}
        onChange={({ currentTarget }) => models.choose(currentTarget.value)}
      >
        {!model.value && <option value="">{models.error.value ? texts.none : texts.starting}</option>}
        {choices.value.map((choice) => (
          <option key={choice.id} value={choice.id}>
            {texts.choice[choice.origin](choice.name)}
          </option>
        ))}
      </select>
      <ModelAbout />
      <FileButton label={texts.open} accept=".safetensors" onFiles={([file]) => openModel(file)} />
      <Opening />
    </div>
  );
}

/** What is being opened, once that takes a moment. */
function Opening() {
  const opening = models.opening.value;
  if (!opening) return null;
  const { name, size, share } = opening;
  return (
    <p class="model-opening" role="status">
      {say.value.models.openingOf(name, size === null ? '' : ` (${bytes(size)})`)}{' '}
      {share !== null && percent(share)}
    </p>
  );
}
