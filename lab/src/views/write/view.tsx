import { say } from '../../language/language.ts';

export function Rail() {
  return <p class="lead">{say.value.write.heading}</p>;
}

export function Stage() {
  return <h2>{say.value.write.heading}</h2>;
}
