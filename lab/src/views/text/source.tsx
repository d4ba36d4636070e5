import { useLayoutEffect, useRef } from 'preact/hooks';
import { number, say } from '../../language/language.ts';
import { EncodingChoice } from '../../parts/encoding-choice.tsx';
import { FileButton } from '../../parts/file-button.tsx';
import * as text from '../../state/text.ts';

/** The text box, files and samples. */
export function Source() {
  const texts = say.value.text;
  return (
    <>
      <TextBox />
      {text.isCut.value && text.facts.value && (
        <p class="note">{texts.shortened(number(text.EDITABLE), number(text.facts.value.characters))}</p>
      )}
      <div class="buttons">
        <FileButton label={texts.open} several onFiles={text.openFiles} />
      </div>
      <EncodingChoice />
      <fieldset class="samples">
        <legend>{texts.samples}</legend>
        {text.samples.map((name) => (
          <button key={name} type="button" onClick={() => text.openSample(name)}>
            {texts.sampleNames[name]}
          </button>
        ))}
      </fieldset>
    </>
  );
}

function TextBox() {
  const texts = say.value.text;
  const box = useRef<HTMLTextAreaElement>(null);
  const typed = useRef('');
  const draft = text.draft.value;
  useLayoutEffect(() => {
    // Somebody is about to write here: what they type or paste replaces the text that arrives, as if it had been there.
    if (draft !== typed.current && document.activeElement === box.current) box.current?.select();
  }, [draft]);
  return (
    <label class="field">
      <span>{texts.label}</span>
      <textarea
        ref={box}
        rows={9}
        spellcheck={false}
        placeholder={texts.hint}
        value={draft}
        onInput={({ currentTarget: { value } }) => {
          typed.current = value;
          void text.openTyped(value);
        }}
        onPaste={pasted}
      />
    </label>
  );
}

/** A long text is not inserted: the browser would lay out all of it. */
function pasted(event: ClipboardEvent): void {
  const inserted = event.clipboardData?.getData('text/plain') ?? '';
  if (inserted.length <= text.EDITABLE) return;
  event.preventDefault();
  const { value, selectionStart, selectionEnd } = event.currentTarget as HTMLTextAreaElement;
  void text.openTyped(value.slice(0, selectionStart) + inserted + value.slice(selectionEnd));
}
