import { useEffect, useRef } from 'preact/hooks';
import { say } from '../../../language/language.ts';
import { saveFile } from '../../../parts/save-file.ts';
import { standaloneSVG } from '../../../parts/standalone-svg.ts';
import { carry, layerFromTop, loss, type Shown, T } from '../../../state/back/back.ts';
import { isCutBefore, trainableSteps } from '../../../state/back/block.ts';
import { layerOf } from '../../../state/back/shown-norms.ts';
import { BackwardArrow, ForwardArrow, LossArrow } from './arrows.tsx';
import { HEIGHT, layoutOf, ROWS } from './layout.ts';
import { Step } from './step.tsx';

/** The steps of a block with what is around it: forward arrows throughout, backward arrows up to the cut. */
export function Chain({ shown }: { readonly shown: Shown }) {
  const { chain, chainLegend, savePicture } = say.value.time;
  const { text, block, gradients } = shown;
  const layout = layoutOf(block, trainableSteps(text));
  const { h } = layerOf(gradients.layers, layerFromTop.value);
  const place = useRef<HTMLElement>(null);
  const lastX = layout.x(block.end - 1);
  useEffect(() => {
    const box = place.current;
    if (box && lastX > box.scrollLeft + box.clientWidth - 90) box.scrollLeft = lastX - box.clientWidth + 130;
  }, [lastX, text]);
  const steps = Array.from({ length: layout.end - layout.first }, (_, i) => layout.first + i);
  const isInBlock = (step: number) => step >= block.first && step < block.end;
  const hasLoss = (step: number) => isInBlock(step) && (loss.value === 'all' || step === block.end - 1);
  return (
    <figure class="picture">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must have the focus to scroll by keys. */}
      <section class="picture-scroll" aria-label={chain} tabIndex={0} ref={place}>
        <svg
          class="block-chain"
          width={layout.width}
          height={HEIGHT}
          viewBox={`0 0 ${layout.width} ${HEIGHT}`}
          role="img"
          aria-label={chain}
        >
          <rect
            class="block-room"
            x={layout.x(block.first) - 12}
            y={2}
            width={lastX - layout.x(block.first) + 58}
            height={HEIGHT - 4}
            rx={6}
          />
          {steps.map((step) => (
            <g key={step}>
              <ForwardArrow
                layout={layout}
                step={step}
                isFromZero={
                  text.resets.includes(step) || (step === block.first && carry.value === 'stateless')
                }
              />
              <BackwardArrow
                layout={layout}
                step={step}
                norms={h}
                back={isInBlock(step) ? block.end - step : null}
                isCut={isCutBefore(step, block, Math.max(1, T.value))}
              />
              {hasLoss(step) && <LossArrow layout={layout} step={step} />}
              <Step
                text={text}
                layout={layout}
                step={step}
                norms={h}
                back={isInBlock(step) ? block.end - 1 - step : null}
                cell={gradients.cell}
              />
            </g>
          ))}
          <StartNorm
            norm={h[h.length - 1]}
            back={h.length - 1}
            x={layout.x(block.first)}
            cell={gradients.cell}
          />
        </svg>
      </section>
      <figcaption class="legend">{chainLegend}</figcaption>
      <div class="buttons">
        <button type="button" onClick={() => save(place.current)}>
          {savePicture}
        </button>
      </div>
    </figure>
  );
}

function save(place: HTMLElement | null): void {
  const drawing = place?.querySelector('svg');
  if (drawing) saveFile('back-through-time.svg', standaloneSVG(drawing));
}

/** The norm w.r.t. the state before the block, at the cut, where truncated BPTT leaves it. */
function StartNorm({
  norm,
  back,
  x,
  cell,
}: {
  readonly norm: number;
  readonly back: number;
  readonly x: number;
  readonly cell: string;
}) {
  return (
    <g data-testid="gradient-step" data-back={back} data-norm={String(norm)} data-cell={cell}>
      <title>{say.value.time.step(back, String(norm))}</title>
      <rect class="cut-target" x={x - 26} y={ROWS.backward - 12} width={16} height={24} />
    </g>
  );
}
