import { useSignal } from '@preact/signals';
import { useEffect, useId, useMemo } from 'preact/hooks';
import type { VocabularyToken } from '../../engine/words/calls.ts';
import { visible } from '../../parts/visible.ts';
import { engine } from '../../state/engine.ts';
import { Latest } from '../../state/latest.ts';
import { model } from '../../state/models.ts';

/** The suggestions that are shown. */
const SUGGESTIONS = 20;

/** A field in which a token of the vocabulary is found: it suggests tokens, and Enter takes the first one. */
export function TokenField({
  label,
  chosen,
  onChoose,
}: {
  readonly label: string;
  readonly chosen: VocabularyToken | null;
  readonly onChoose: (token: VocabularyToken) => void;
}) {
  const id = useId();
  const text = useSignal('');
  const found = useSignal<readonly VocabularyToken[]>([]);
  const latest = useMemo(() => new Latest(), []);
  useEffect(() => {
    text.value = chosen ? visible(chosen.token) : '';
  }, [chosen?.id, chosen?.token]);
  const typed = async (value: string, takesFirst: boolean) => {
    text.value = value;
    const query = value.replaceAll('␣', ' ').replaceAll('⏎', '\n').replaceAll('⇥', '\t');
    const request = { model: model.value?.id ?? '', query, most: SUGGESTIONS };
    const matches = query === '' ? [] : await latest.run(() => engine.call('searchTokens', request));
    if (matches === null) return;
    found.value = matches;
    const equal = matches.find(({ token }) => visible(token) === value);
    const match = takesFirst ? (equal ?? matches[0]) : equal;
    if (match) onChoose(match);
  };
  return (
    <label class="field">
      <span>{label}</span>
      <input
        class="token-field"
        list={id}
        spellcheck={false}
        autocomplete="off"
        value={text.value}
        onInput={({ currentTarget }) => void typed(currentTarget.value, false)}
        onKeyDown={({ key, currentTarget }) => {
          if (key === 'Enter') void typed(currentTarget.value, true);
        }}
      />
      <datalist id={id}>
        {found.value.map((one) => (
          <option key={one.id} value={visible(one.token)} />
        ))}
      </datalist>
    </label>
  );
}
