import { say } from '../../language/language.ts';
import { Problem } from '../../parts/problem.tsx';
import { error, own } from '../../state/back/back.ts';
import { reading } from '../../state/reading.ts';
import { BlockControls } from './block-controls.tsx';
import { CellControls, StopTraining } from './cell-controls.tsx';
import { Chain } from './chain/chain.tsx';
import { StartState } from './chain/start-state.tsx';
import { ClipBars } from './clip-bars.tsx';
import { NormsChart } from './norms-chart.tsx';
import { NormsTable } from './norms-table.tsx';
import './time.css';

export { isBusy } from '../../state/back/back.ts';

/** The block, and the small models beside the model. */
export function Rail() {
  return (
    <>
      <BlockControls />
      <CellControls />
      <StopTraining />
      <Problem message={error.value} />
    </>
  );
}

/** The chain of the block, and the norms of its gradients. */
export function Stage() {
  const texts = say.value.time;
  const shown = own.value;
  if (!shown) return <p class="empty">{reading.value?.ids.length === 0 ? texts.none : texts.computing}</p>;
  return (
    <div class="back">
      <h2>{texts.heading}</h2>
      <p class="lead">{texts.lead}</p>
      <Chain shown={shown} />
      <StartState shown={shown} />
      <NormsChart shown={shown} />
      <ClipBars own={shown.gradients} />
      <NormsTable shown={shown} />
      <p class="note">
        {texts.how} <cite>{texts.sources}</cite>
      </p>
    </div>
  );
}
