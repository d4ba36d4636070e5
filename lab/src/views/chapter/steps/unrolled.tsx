import { useSignal } from '@preact/signals';
import { say } from '../../../language/language.ts';
import { Slider } from '../../../parts/slider.tsx';
import { CHAIN_HEIGHT, Chain } from '../../../pictures/chain.tsx';
import { Picture } from '../../../pictures/picture.tsx';
import { useAnswer } from '../use-answer.ts';
import { Computing } from './computing.tsx';

/** The loop, drawn out as far as the slider says. */
export function UnrolledStep() {
  const texts = say.value.chapter.steps.unrolled;
  const shown = useSignal(3);
  const found = useAnswer('tourStates', { steps: 8, T: 8, stateful: true });
  if (!found) return <Computing />;
  return (
    <>
      <Slider label={texts.slider} value={shown} min={1} max={8} />
      <Picture
        width={640}
        height={CHAIN_HEIGHT - 20}
        label={texts.picture}
        legend={texts.legend}
        focus={76 * shown.value}
      >
        <Chain {...found} shown={shown.value} />
      </Picture>
    </>
  );
}
