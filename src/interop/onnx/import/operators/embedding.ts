import type { Call } from '../call.ts';
import { axisOf } from '../values/axes.ts';
import type { Constant } from '../values/constant.ts';
import type { Signal } from '../values/values.ts';

/** Rows of a table, at ids that are an input of the model. */
export function embedding(call: Call, table: Constant, ids: Signal): Signal {
  if (ids.stage.of !== 'input' || ids.axes === null) {
    throw call.refused(
      'looks up what is not the whole input of ids',
      'ids must come from an input of the model',
    );
  }
  const axis = table.shape.length === 2 && call.axis(call.int('axis', 0), 2);
  if (axis !== 0 || !table.isFloat || table.data.length === 0) {
    throw call.refused(`looks up a table of shape (${table.shape.join(', ')})`, 'an embedding is (V, D)');
  }
  const width = axisOf(`width of ${call.label}`, table.shape[1]);
  return {
    kind: 'signal',
    stage: { of: 'embedding', table, width },
    axes: [...ids.axes, width],
    isLastStep: false,
  };
}
