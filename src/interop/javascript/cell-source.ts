import { type Cell, cells } from '../../models/cells.ts';
import { hasZoneout, modulationOf, type RecurrentConfig } from '../../models/config.ts';

/** The function of the runtime that computes a step. */
const STEPS: Readonly<Record<Cell, string>> = {
  rnn: 'rnnStep',
  'rnn-relu': 'reluStep',
  lstm: 'lstmStep',
  'lstm-cifg': 'cifgStep',
  'mogrifier-lstm': 'mogrifierStep',
  gru: 'gruStep',
  mingru: 'minGRUStep',
  minlstm: 'minLSTMStep',
};

/** The source text of the cell. */
export function cellSource(config: RecurrentConfig): string {
  const { cell, resetAfter, zoneout = 0, zoneoutCell = 0 } = config;
  const plain = resetAfter ? 'gruResetAfterStep' : `${STEPS[cell]}${argumentsOf(config)}`;
  const step = hasZoneout(config) ? `withZoneout(${plain}, ${zoneout}, ${zoneoutCell})` : plain;
  const { gates, states } = cells[cell];
  return `{ step: ${step}, gates: ${gates.length}, states: ${states.length} }`;
}

/** The arguments with which a step is made, where it is made for a config. */
function argumentsOf(config: RecurrentConfig): string {
  const { X, Y } = modulationOf(config);
  return cells[config.cell].modulated ? `(${X + Y})` : '';
}
