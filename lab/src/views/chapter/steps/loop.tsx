import { useSignal } from '@preact/signals';
import { say } from '../../../language/language.ts';
import { engine } from '../../../state/engine.ts';
import { PathArrow } from '../pictures/arrow.tsx';
import { Box } from '../pictures/box.tsx';
import { Cells } from '../pictures/cells.tsx';
import { Label } from '../pictures/label.tsx';
import { Picture } from '../pictures/picture.tsx';

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

function Loop({
  read,
  before,
  after,
}: {
  readonly read: number;
  readonly before: Float64Array;
  readonly after: Float64Array;
}) {
  const texts = say.value.chapter.steps.loop;
  return (
    <Picture width={560} height={290} label={texts.picture} legend={texts.legend}>
      <PathArrow
        points={[
          [420, 150],
          [420, 30],
          [94, 30],
          [94, 104],
        ]}
      />
      <PathArrow
        points={[
          [117, 150],
          [228, 150],
        ]}
      />
      <PathArrow
        points={[
          [340, 150],
          [460, 150],
        ]}
      />
      <PathArrow
        points={[
          [284, 236],
          [284, 186],
        ]}
      />
      <Box x={229} y={116} width={110} height={68} tone="layer">
        RNN
      </Box>
      <Label x={94} y={206} tone="soft">
        {texts.before}
      </Label>
      <Cells x={73} y={108} values={before} name="before" />
      <Label x={483} y={206} tone="soft">
        {texts.after}
      </Label>
      <Cells x={462} y={108} values={after} name="after" />
      {WORDS.map((word, i) => (
        <Word key={i} x={38 + i * 69} word={word} when={i - read + 1} />
      ))}
    </Picture>
  );
}

/** A word of the sentence: read before, being read (0), or still to come. */
function Word({ x, word, when }: { readonly x: number; readonly word: string; readonly when: number }) {
  return (
    <g>
      {when === 0 && <rect x={x - 34} y={244} width={68} height={26} rx={5} class="box active" />}
      <Label x={x} y={262} tone={when === 0 ? 'strong' : when < 0 ? 'plain' : 'soft'}>
        {word}
      </Label>
    </g>
  );
}
