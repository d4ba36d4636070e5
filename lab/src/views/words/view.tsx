import { say } from '../../language/language.ts';

export function Rail() {
  return <p class="lead">{say.value.words.heading}</p>;
}

export function Stage() {
  return <h2>{say.value.words.heading}</h2>;
}
