import { useId } from 'preact/hooks';
import type { en } from '../language/en.ts';
import { say } from '../language/language.ts';

/** A term of the field, explained when it has the pointer or the focus. */
export function Term({ name, label }: { readonly name: keyof typeof en.terms; readonly label: string }) {
  const id = useId();
  return (
    <span class="term">
      <button type="button" class="term-name" aria-describedby={id}>
        {label}
      </button>
      <span role="tooltip" id={id} class="term-text">
        {say.value.terms[name]}
      </span>
    </span>
  );
}
