// Stateless functions over one imported memory. out first, then inputs, then sizes.
export { reluBackward, reluForward, tanhBackward, tanhForward } from './activations';
export { dropout, dropoutRows } from './dropout';
export { gemm, gemmScratchBytes, mirror, transpose } from './gemm';
export { gruBackward, gruForward, gruResetBackward, gruResetForward, gruUpdateBackward, gruUpdateForward } from './gru';
export { cifgBackward, cifgForward, lstmBackward, lstmForward } from './lstm';
export { modulateBackward, modulateForward } from './mogrifier';
export { adamStep, adaptStep, lerp, momentumStep, squaresStep, swap } from './optimizers';
export { drawRows } from './draw';
export { rankRows } from './rank';
export { addToRows, broadcastRows, gatherRows, resetRows, scatterAddRows, scatterRows, sumRows, uniqueIds } from './rows';
export { minGruBackward, minGruForward, minLstmBackward, minLstmForward } from './scan';
export { addLosses, countTargets, softmax, softmaxWithLoss } from './softmax';
export { addFloat64, addScaled, addSumOfSquares, combine, copy, fill, scale, sumOfSquares } from './vectors';
export { addScaledRows, addSumOfSquaresOfRows, scaleRows, zeroRows } from './vectors';
export { addBlock, zoneoutBackward, zoneoutForward } from './zoneout';
