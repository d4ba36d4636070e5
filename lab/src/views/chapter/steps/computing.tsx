import { say } from '../../../language/language.ts';

/** Says that the first numbers of a step are being computed. */
export function Computing() {
  return <p class="empty">{say.value.chapter.computing}</p>;
}
