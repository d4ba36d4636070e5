import { useSignal } from '@preact/signals';
import { say } from '../../../language/language.ts';
import { Slider } from '../../../parts/slider.tsx';
import { Bars, barsHeight } from '../../../pictures/bars.tsx';
import { Label } from '../../../pictures/label.tsx';
import { Picture } from '../../../pictures/picture.tsx';
import { useAnswer } from '../use-answer.ts';
import { Value } from '../value.tsx';
import { Computing } from './computing.tsx';

/** What a model that learns the sentence expects, epoch by epoch. */
export function GoodbyeStep() {
  const texts = say.value.chapter.steps.goodbye;
  const epoch = useSignal(60);
  const found = useAnswer('tourGoodbye');
  if (!found) return <Computing />;
  const { vocabulary, prompts, predictions, perplexities } = found;
  return (
    <>
      <Slider label={texts.slider} value={epoch} min={0} max={perplexities.length} />
      <div class="tour-row">
        {prompts.map((prompt, i) => (
          <Prediction
            key={prompt}
            prompt={prompt}
            index={i}
            words={vocabulary}
            values={predictions[epoch.value][i]}
          />
        ))}
      </div>
      {epoch.value > 0 && (
        <p>
          {texts.perplexity}: <Value name="perplexity" value={perplexities[epoch.value - 1]} />
        </p>
      )}
    </>
  );
}

function Prediction({
  prompt,
  index,
  words,
  values,
}: {
  readonly prompt: string;
  readonly index: number;
  readonly words: readonly string[];
  readonly values: Float64Array;
}) {
  const most = values.indexOf(Math.max(...values));
  const height = barsHeight(words.length) + 34;
  return (
    <Picture width={300} height={height} label={say.value.chapter.steps.goodbye.picture(prompt)}>
      <Label x={150} y={18} tone="strong">
        {`${prompt} …`}
      </Label>
      <Bars
        x={0}
        y={30}
        width={296}
        words={words}
        values={values}
        name={`next-${index}`}
        isMarked={(id) => id === most}
      />
    </Picture>
  );
}
