import { say } from '../../language/language.ts';

export function Rail() {
  return <p class="lead">{say.value.read.heading}</p>;
}

export function Stage() {
  return <h2>{say.value.read.heading}</h2>;
}
