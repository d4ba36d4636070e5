import { cells } from '../../../models/cells.ts';
import { hasZoneout } from '../../../models/config.ts';
import type { Network } from '../../network/network.ts';
import type { GraphBuilder } from './graph-builder.ts';
import type { LayerSpec } from './layer-spec.ts';
import { addOperator } from './operator-layer.ts';
import { addScan } from './scan-layer.ts';

/** Adds a recurrent layer; returns the name of its output, (T, N, H). */
export function addLayer(graph: GraphBuilder, layer: LayerSpec): string {
  return (needsScan(layer.network) ? addScan : addOperator)(graph, layer);
}

/** Whether the layers are `Scan` loops, because ONNX has no operator for the cell, or none with zoneout. */
export function needsScan(network: Network): boolean {
  return cells[network.cell].onnx === null || hasZoneout(network);
}
