import { say } from '../../language/language.ts';

export function Rail() {
  return <p class="lead">{say.value.time.heading}</p>;
}

export function Stage() {
  return <h2>{say.value.time.heading}</h2>;
}
