import type { Backend } from '../backends/backend.ts';
import type { Param, RecurrentLayer } from '../layers/layer.ts';
import { TimeGRU } from '../layers/time/gru.ts';
import { TimeLSTM } from '../layers/time/lstm.ts';
import { TimeMinGRU } from '../layers/time/mingru.ts';
import { TimeMinLSTM } from '../layers/time/minlstm.ts';
import { TimeRNN } from '../layers/time/rnn.ts';
import type { ZoneoutOptions } from '../layers/time/zoneout.ts';
import type { Cell } from './config.ts';

/** A stateful layer of a cell, around Wx and b, Wh where it has one, and bh of a GRU that resets after its product. */
export function createRecurrentLayer(
  backend: Backend,
  cell: Cell,
  [Wx, b, Wh, bh]: readonly Param[],
  zoneout: ZoneoutOptions,
): RecurrentLayer {
  const options = { stateful: true, zoneout };
  if (cell === 'lstm') return new TimeLSTM(backend, Wx, Wh, b, options);
  if (cell === 'gru') return new TimeGRU(backend, Wx, Wh, b, bh, options);
  if (cell === 'mingru') return new TimeMinGRU(backend, Wx, b, options);
  if (cell === 'minlstm') return new TimeMinLSTM(backend, Wx, b, options);
  const activation = cell === 'rnn' ? 'tanh' : 'relu';
  return new TimeRNN(backend, Wx, Wh, b, { ...options, activation });
}
