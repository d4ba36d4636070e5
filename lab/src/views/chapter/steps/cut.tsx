import { useSignal } from '@preact/signals';
import { say } from '../../../language/language.ts';
import { Slider } from '../../../parts/slider.tsx';
import { CHAIN_HEIGHT, Chain } from '../../../pictures/chain.tsx';
import { Picture } from '../../../pictures/picture.tsx';
import { useAnswer } from '../use-answer.ts';
import { Value } from '../value.tsx';
import { Computing } from './computing.tsx';

const STEPS = 20;

/** The backward pass in blocks of T; the forward pass stays whole. */
export function CutStep() {
  const texts = say.value.chapter.steps.cut;
  const T = useSignal(10);
  const found = useAnswer('tourGradients', {
    steps: STEPS,
    T: T.value,
    hidden: 4,
    scale: 1,
    losses: 'all',
  });
  if (!found) return <Computing />;
  const crossing = found.received.filter((_, t) => (t + 1) % T.value === 0 && t < STEPS - 1);
  const state = found.states[(STEPS - 1) * found.H];
  return (
    <>
      <Slider label={texts.slider} value={T} min={3} max={10} />
      <Picture width={40 + STEPS * 52} height={CHAIN_HEIGHT} label={texts.picture} legend={texts.legend}>
        <Chain {...found} shown={STEPS} column={52} backward={{ ...found, reached: 0, T: T.value }} />
      </Picture>
      <p>
        <span class="tour-pair">
          {texts.crossing}:{' '}
          <Value name="crossing" value={Math.max(0, ...crossing)} shown={String(Math.max(0, ...crossing))} />
        </span>
        <span class="tour-pair">
          {texts.state}: <Value name="state" value={state} />
        </span>
      </p>
    </>
  );
}
