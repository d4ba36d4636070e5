import { useSignal } from '@preact/signals';
import { useId, useRef } from 'preact/hooks';
import type { VocabularyToken } from '../../engine/reading/calls.ts';
import { say } from '../../language/language.ts';
import { visible } from '../../parts/visible.ts';
import { engine } from '../../state/engine.ts';
import { Latest } from '../../state/latest.ts';
import { model } from '../../state/models.ts';
import { replaceToken } from '../../state/reading.ts';

/** Tokens that were found for letters, and which of them Enter chooses; −1: none. */
interface Found {
  readonly letters: string;
  readonly tokens: readonly VocabularyToken[];
  readonly active: number;
}

const nothing: Found = { letters: '', tokens: [], active: -1 };

/** A combobox that replaces a token: the list has the tokens of the vocabulary that are like the typed letters. */
export function Replacement({ step, text }: { readonly step: number; readonly text: string }) {
  const texts = say.value.unrolled;
  const found = useSignal(nothing);
  const latest = useRef(new Latest()).current;
  const id = useId();
  const find = async (letters: string) => {
    const tokens = letters === '' ? [] : await latest.run((signal) => find20(letters, signal));
    if (tokens !== null) found.value = { letters, tokens, active: isToken(tokens[0], letters) ? 0 : -1 };
  };
  const choose = async (letters: string) => {
    if (found.value.letters !== letters) await find(letters);
    const chosen = found.value.tokens[found.value.active];
    if (chosen) replaceToken(step, chosen.id);
  };
  const keyPressed = (event: KeyboardEvent & { readonly currentTarget: HTMLInputElement }) => {
    const { tokens, active } = found.value;
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Enter') void choose(event.currentTarget.value);
    else if (event.key === 'Escape') found.value = nothing;
    else if (by !== undefined && tokens.length > 0)
      found.value = { ...found.value, active: Math.max(0, Math.min(tokens.length - 1, active + by)) };
    else return;
    event.preventDefault();
  };
  const { letters, tokens, active } = found.value;
  const isUnknown = letters !== '' && !isToken(tokens[0], letters);
  return (
    <>
      <label class="field">
        <span>{texts.replace(text)}</span>
        <input
          type="text"
          role="combobox"
          autocomplete="off"
          spellcheck={false}
          placeholder={texts.replaceHint}
          aria-autocomplete="list"
          aria-expanded={tokens.length > 0}
          aria-controls={`${id}-list`}
          aria-activedescendant={active < 0 ? undefined : `${id}-${active}`}
          onInput={({ currentTarget }) => find(currentTarget.value)}
          onKeyDown={keyPressed}
        />
      </label>
      <p class="note" role="status">
        {isUnknown && texts.noToken(visible(letters), tokens.length > 0)}
      </p>
      <div
        class="found"
        id={`${id}-list`}
        role="listbox"
        aria-label={texts.found}
        hidden={tokens.length === 0}
      >
        {tokens.map((token, i) => (
          <Option
            key={token.id}
            id={`${id}-${i}`}
            token={token}
            isActive={i === active}
            onChoose={() => replaceToken(step, token.id)}
          />
        ))}
      </div>
    </>
  );
}

/** An option of the list; the keyboard stays in the field, which names the active one. */
function Option({
  id,
  token,
  isActive,
  onChoose,
}: {
  readonly id: string;
  readonly token: VocabularyToken;
  readonly isActive: boolean;
  readonly onChoose: () => void;
}) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the focus and the keys.
    <div id={id} role="option" aria-selected={isActive} tabIndex={-1} onClick={onChoose}>
      <code>{visible(token.text)}</code>
    </div>
  );
}

function find20(letters: string, signal: AbortSignal): Promise<readonly VocabularyToken[]> {
  return engine.callUntil(signal, 'findTokens', { model: model.value?.id ?? '', letters });
}

/** Whether a token has these letters, but for case and white space around them. */
function isToken(token: VocabularyToken | undefined, letters: string): boolean {
  return token !== undefined && token.text.trim().toLowerCase() === letters.trim().toLowerCase();
}
