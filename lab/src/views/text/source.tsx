import { number, say } from '../../language/language.ts';
import { FileButton } from '../../parts/file-button.tsx';
import * as text from '../../state/text.ts';

/** Waits until nothing was typed for this long before the text is read, in milliseconds. */
const PAUSE = 300;
let timer = 0;

function typed(value: string): void {
  text.draft.value = value;
  clearTimeout(timer);
  timer = window.setTimeout(() => text.openTyped(value), PAUSE);
}

/** The text box, files and samples. */
export function Source() {
  const texts = say.value.text;
  return (
    <>
      <label class="field">
        <span>{texts.label}</span>
        <textarea
          rows={9}
          spellcheck={false}
          placeholder={texts.hint}
          value={text.draft.value}
          onInput={({ currentTarget }) => typed(currentTarget.value)}
        />
      </label>
      {text.isCut.value && text.facts.value && (
        <p class="note">{texts.shortened(number(text.EDITABLE), number(text.facts.value.characters))}</p>
      )}
      <div class="buttons">
        <FileButton label={texts.open} onFile={text.openFile} />
      </div>
      <fieldset class="samples">
        <legend>{texts.samples}</legend>
        {text.samples.map((name) => (
          <button key={name} type="button" class="plain" onClick={() => text.openSample(name)}>
            {texts.sampleNames[name]}
          </button>
        ))}
      </fieldset>
    </>
  );
}
