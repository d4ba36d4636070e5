import { useSignal } from '@preact/signals';
import { say } from '../../../language/language.ts';
import { PathArrow } from '../../../pictures/arrow.tsx';
import { Box } from '../../../pictures/box.tsx';
import { Cells } from '../../../pictures/cells.tsx';
import { Label } from '../../../pictures/label.tsx';
import { Picture } from '../../../pictures/picture.tsx';
import { engine } from '../../../state/engine.ts';

const WORDS = 'you say goodbye and i say hello .'.split(' ');
const ZERO = new Float64Array(4);

/** The loop: each press of the button feeds one word with the state that the one before left. */
export function LoopStep() {
  const texts = say.value.chapter.steps.loop;
  /** The states from the start on; one more for each word that was fed. */
  const states = useSignal<readonly Float64Array[]>([ZERO]);
  const read = states.value.length - 1;
  const [before, after] = [states.value[Math.max(0, read - 1)], states.value[read]];
  const isDone = read === WORDS.length;
  const feed = async () => {
    const known = states.value;
    const h = await engine.call('tourFeed', { word: read, h: known[read] });
    if (states.value === known) states.value = [...known, h];
  };
  const again = () => {
    states.value = [ZERO];
  };
  return (
    <>
      <div class="buttons">
        <button type="button" class="main" onClick={isDone ? again : feed}>
          {isDone ? texts.again : texts.feed(WORDS[read])}
        </button>
      </div>
      <Loop read={read} before={before} after={after} />
    </>
  );
}

interface LoopProps {
  /** Number of words that were read. */
  readonly read: number;
  readonly before: Float64Array;
  readonly after: Float64Array;
}

function Loop({ read, before, after }: LoopProps) {
  const texts = say.value.chapter.steps.loop;
  return (
    <Picture width={420} height={320} label={texts.picture} legend={texts.legend}>
      <PathArrow points={LOOP} />
      <PathArrow
        points={[
          [64, 130],
          [149, 130],
        ]}
      />
      <PathArrow
        points={[
          [270, 130],
          [354, 130],
        ]}
      />
      <PathArrow
        points={[
          [210, 218],
          [210, 166],
        ]}
      />
      <Box x={150} y={96} width={120} height={68}>
        RNN
      </Box>
      <Label x={41} y={186} tone="soft">
        {texts.before}
      </Label>
      <Cells x={20} y={90} values={before} name="before" />
      <Label x={377} y={186} tone="soft">
        {texts.after}
      </Label>
      <Cells x={356} y={90} values={after} name="after" />
      <Words read={read} />
    </Picture>
  );
}

/** From the output over the top to the state before the next word. */
const LOOP = [
  [312, 130],
  [312, 26],
  [41, 26],
  [41, 86],
] as const;

/** The sentence, in two lines of four words. */
function Words({ read }: { readonly read: number }) {
  return (
    <g>
      {WORDS.map((word, i) => (
        <Word
          key={i}
          x={54 + (i % 4) * 104}
          y={240 + Math.floor(i / 4) * 36}
          word={word}
          when={i - read + 1}
        />
      ))}
    </g>
  );
}

/** A word of the sentence: read before, being read (0), or still to come. */
function Word({
  x,
  y,
  word,
  when,
}: {
  readonly x: number;
  readonly y: number;
  readonly word: string;
  readonly when: number;
}) {
  return (
    <g>
      {when === 0 && <rect x={x - 42} y={y - 18} width={84} height={28} rx={5} class="draw-box active" />}
      <Label x={x} y={y} tone={when === 0 ? 'strong' : when < 0 ? 'plain' : 'soft'}>
        {word}
      </Label>
    </g>
  );
}
