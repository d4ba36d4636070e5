import { say } from '../language/language.ts';
import * as models from '../state/models.ts';
import { FileButton } from './file-button.tsx';

/** The model that the views show, and a button that opens another file. */
export function ModelChoice() {
  const texts = say.value.models;
  const { choices, model, opening } = models;
  return (
    <div class="model-choice" aria-busy={opening.value !== null}>
      <select
        aria-label={texts.label}
        value={model.value?.id ?? ''}
        onChange={({ currentTarget }) => models.choose(currentTarget.value)}
      >
        {!model.value && <option value="">{texts.opening}</option>}
        {choices.value.map(({ id, name, origin }) => (
          <option key={id} value={id}>
            {origin === 'first' ? texts.first : name}
          </option>
        ))}
      </select>
      <FileButton label={texts.open} accept=".safetensors" onFile={models.openFile} />
    </div>
  );
}
