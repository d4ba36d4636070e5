import { type Cell, cells } from '../../models/cells.ts';
import { hasZoneout, type RecurrentConfig } from '../../models/config.ts';

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
export function cellSource(config: RecurrentConfig): string {
  const { cell, resetAfter, zoneout = 0, zoneoutCell = 0 } = config;
  const plain = resetAfter ? 'gruResetAfterStep' : STEPS[cell];
  const step = hasZoneout(config) ? `withZoneout(${plain}, ${zoneout}, ${zoneoutCell})` : plain;
  const { gates, states } = cells[cell];
  return `{ step: ${step}, gates: ${gates.length}, states: ${states.length} }`;
}
