// Stateless functions over one imported memory. out first, then inputs, then sizes.
export { tanhBackward, tanhForward } from './activations';
export { gemm, gemmScratchBytes, transpose } from './gemm';
export { broadcastRows, gatherRows, scatterAddRows, sumRows } from './rows';
export { countTargets, findBadTarget, softmaxWithLoss, sumLosses } from './softmax';
export { addScaled, addSumOfSquares, copy, fill, scale } from './vectors';
