import { type Cell, cells } from '../../models/cells.ts';
import type { RecurrentConfig } from '../../models/config.ts';

/** The function of the runtime that computes a step. */
const STEPS: Readonly<Record<Cell, string>> = {
  rnn: 'rnnStep',
  'rnn-relu': 'reluStep',
  lstm: 'lstmStep',
  'lstm-cifg': 'cifgStep',
  gru: 'gruStep',
  mingru: 'minGRUStep',
  minlstm: 'minLSTMStep',
};

/** The source text of the cell. */
export function cellSource({ cell, resetAfter, zoneout = 0, zoneoutCell = 0 }: RecurrentConfig): string {
  const plain = resetAfter ? 'gruResetAfterStep' : STEPS[cell];
  const step = zoneout + zoneoutCell === 0 ? plain : `withZoneout(${plain}, ${zoneout}, ${zoneoutCell})`;
  const { gates, states } = cells[cell];
  return `{ step: ${step}, gates: ${gates.length}, states: ${states.length} }`;
}
