import { useSignal } from '@preact/signals';
import { say } from '../../../language/language.ts';
import { Slider } from '../../../parts/slider.tsx';
import { Arrow } from '../../../pictures/arrow.tsx';
import { Box } from '../../../pictures/box.tsx';
import { CHAIN_HEIGHT, Chain } from '../../../pictures/chain.tsx';
import { Picture } from '../../../pictures/picture.tsx';
import { useAnswer } from '../use-answer.ts';
import { Computing } from './computing.tsx';

const STEPS = 8;

/** BPTT of the last loss, as far back as the slider says. */
export function BackwardStep() {
  const texts = say.value.chapter.steps.backward;
  const back = useSignal(0);
  const found = useAnswer('tourGradients', { steps: STEPS, T: STEPS, hidden: 4, scale: 1, losses: 'last' });
  if (!found) return <Computing />;
  const backward = { ...found, reached: STEPS - 1 - back.value, T: STEPS };
  return (
    <>
      <Slider label={texts.slider} value={back} min={0} max={STEPS - 1} />
      <Picture
        width={690}
        height={CHAIN_HEIGHT}
        label={texts.picture}
        legend={texts.legend}
        focus={76 * (STEPS - back.value)}
      >
        <Chain {...found} shown={STEPS} backward={backward} />
        <Arrow from={[600, 52]} to={[639, 52]} />
        <Arrow kind="backward" from={[640, 76]} to={[601, 76]} weight={3} />
        <Box x={640} y={44} width={40} height={40}>
          L
        </Box>
      </Picture>
    </>
  );
}
