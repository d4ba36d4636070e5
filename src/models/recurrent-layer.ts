import type { Backend } from '../backends/backend.ts';
import type { Param, RecurrentLayer } from '../layers/layer.ts';
import { TimeGRU } from '../layers/time/gru.ts';
import { TimeLSTM } from '../layers/time/lstm.ts';
import { TimeRNN } from '../layers/time/rnn.ts';
import type { ZoneoutOptions } from '../layers/time/zoneout.ts';
import type { Cell } from './config.ts';

/** A stateful layer of a cell, around Wx, Wh, b and, of a GRU that resets after its product, bh. */
export function createRecurrentLayer(
  backend: Backend,
  cell: Cell,
  [Wx, Wh, b, bh]: readonly Param[],
  zoneout: ZoneoutOptions,
): RecurrentLayer {
  const options = { stateful: true, zoneout };
  if (cell === 'lstm') return new TimeLSTM(backend, Wx, Wh, b, options);
  if (cell === 'gru') return new TimeGRU(backend, Wx, Wh, b, bh, options);
  const activation = cell === 'rnn' ? 'tanh' : 'relu';
  return new TimeRNN(backend, Wx, Wh, b, { ...options, activation });
}
