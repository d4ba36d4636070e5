import { say } from '../../language/language.ts';
import { Panels } from './panels/panels.tsx';

export function Rail() {
  return <p class="lead">{say.value.unrolled.heading}</p>;
}

export function Stage() {
  return (
    <>
      <h2>{say.value.unrolled.heading}</h2>
      <Panels />
    </>
  );
}
