import { useSignal } from '@preact/signals';
import { say } from '../../language/language.ts';
import { isSeed, seed } from '../../state/writing/sampling.ts';

/** The seed of the draws. A text that is none stands with what it needs, while the last seed stays in use. */
export function SeedField() {
  const texts = say.value.write;
  /** What was typed in place of a seed. */
  const wrong = useSignal<string | null>(null);
  const set = (text: string) => {
    wrong.value = isSeed(text) ? null : text;
    if (isSeed(text)) seed.value = text;
  };
  return (
    <div class="control">
      <span>{texts.seed}</span>
      <button
        type="button"
        class="plain"
        aria-label={texts.newSeed}
        title={texts.newSeed}
        onClick={() => set(String(Math.floor(Math.random() * 1e9)))}
      >
        ⚄
      </button>
      <input
        aria-label={texts.seed}
        inputMode="numeric"
        value={wrong.value ?? seed.value}
        aria-invalid={wrong.value !== null}
        aria-describedby={wrong.value === null ? undefined : 'seed-needs'}
        onInput={({ currentTarget }) => set(currentTarget.value)}
      />
      {wrong.value !== null && (
        <p class="problem" role="alert" id="seed-needs">
          {texts.needsSeed(seed.value)}
        </p>
      )}
    </div>
  );
}
