import { useSignal } from '@preact/signals';
import { useEffect, useId, useMemo } from 'preact/hooks';
import type { MatchingToken, VocabularyToken } from '../../engine/words/calls.ts';
import { say } from '../../language/language.ts';
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
  /** What the vocabulary has for a query; null while nothing was typed. */
  const found = useSignal<{ readonly query: string; readonly matches: readonly MatchingToken[] } | null>(
    null,
  );
  const latest = useMemo(() => new Latest(), []);
  useEffect(() => {
    text.value = chosen ? visible(chosen.token) : '';
    found.value = null;
  }, [chosen?.id, chosen?.token]);
  const typed = async (value: string, takesFirst: boolean) => {
    text.value = value;
    const query = value.replaceAll('␣', ' ').replaceAll('⏎', '\n').replaceAll('⇥', '\t');
    const request = { model: model.value?.id ?? '', query, most: SUGGESTIONS };
    const matches = query === '' ? [] : await latest.run(() => engine.call('searchTokens', request));
    if (matches === null) return;
    found.value = query === '' ? null : { query: value, matches };
    const equal = matches.find(({ token }) => visible(token) === value);
    const match = takesFirst ? (equal ?? matches[0]) : equal;
    if (match) onChoose(match);
  };
  const isMissing = found.value !== null && !found.value.matches.some(({ isEqual }) => isEqual);
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
        {found.value?.matches.map((one) => (
          <option key={one.id} value={visible(one.token)} />
        ))}
      </datalist>
      <span role="status">{isMissing && found.value && missing(found.value)}</span>
    </label>
  );
}

/** Says that no token is the text that was typed, and what Enter takes. */
function missing({
  query,
  matches,
}: {
  readonly query: string;
  readonly matches: readonly MatchingToken[];
}): string {
  const { none, taken } = say.value.words.noToken;
  return matches.length === 0 ? none(query) : `${none(query)} ${taken(visible(matches[0].token))}`;
}
