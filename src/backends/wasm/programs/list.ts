import type { Program } from '../program.ts';
import { gruBackward, gruForward } from '../recurrent/gru.ts';
import { lstmBackward, lstmForward } from '../recurrent/lstm.ts';
import { rnnBackward, rnnForward } from '../recurrent/rnn.ts';
import { scanBackward, scanForward } from '../recurrent/scan.ts';
import { gemm } from './gemm.ts';
import { adamStep, adaptStep, momentumStep, squaresStep } from './optimizers.ts';
import { orthogonalise } from './orthogonalise.ts';
import { addToRows, broadcastRows, drawRows, rankRows, softmax, softmaxWithLoss, sumRows } from './rows.ts';
import { addScaled, dropout, fill, lerp, scale } from './vectors.ts';

/** All programs; threads refer to them by index. */
export const programList: readonly Program[] = [
  gemm,
  rnnForward,
  rnnBackward,
  lstmForward,
  lstmBackward,
  gruForward,
  gruBackward,
  scanForward,
  scanBackward,
  softmaxWithLoss,
  softmax,
  rankRows,
  drawRows,
  broadcastRows,
  addToRows,
  sumRows,
  fill,
  scale,
  addScaled,
  lerp,
  momentumStep,
  squaresStep,
  adaptStep,
  adamStep,
  orthogonalise,
  dropout,
];

/** The size of the arguments of the largest program, in numbers. */
export const argumentSlots: number = Math.max(...programList.map(({ codec }) => codec.slots));
