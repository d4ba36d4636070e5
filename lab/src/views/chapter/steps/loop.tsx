import { useComputed, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { say } from '../../../language/language.ts';
import { PathArrow } from '../pictures/arrow.tsx';
import { Box } from '../pictures/box.tsx';
import { Cells } from '../pictures/cells.tsx';
import { Label } from '../pictures/label.tsx';
import { Picture } from '../pictures/picture.tsx';
import { useAnswer } from '../use-answer.ts';

const WORDS = 'you say goodbye and i say hello .'.split(' ');
const ZERO = new Float64Array(4);

/** The loop: each press of the button feeds one word with the state that the one before left. */
export function LoopStep() {
  const texts = say.value.chapter.steps.loop;
  const read = useSignal(0);
  const history = useSignal<readonly Float64Array[]>([ZERO]);
  const before = history.value[Math.max(0, read.value - 1)] ?? ZERO;
  const found = useAnswer('tourFeed', { word: Math.max(0, read.value - 1), h: before });
  const after = useComputed(() => history.value[read.value] ?? null);
  useEffect(() => {
    if (found && read.value === history.value.length) history.value = [...history.value, found];
  }, [found]);
  const feed = () => {
    if (after.value !== null) read.value += 1;
  };
  const again = () => {
    read.value = 0;
    history.value = [ZERO];
  };
  const isDone = read.value === WORDS.length;
  return (
    <>
      <div class="buttons">
        <button type="button" class="main" onClick={isDone ? again : feed}>
          {isDone ? texts.again : texts.feed(WORDS[read.value])}
        </button>
      </div>
      <Loop read={read.value} before={before} after={after.value ?? before} />
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
