import { say } from '../../language/language.ts';

export function Rail() {
  return <p class="lead">{say.value.chapter.heading}</p>;
}

export function Stage() {
  return <h2>{say.value.chapter.heading}</h2>;
}
