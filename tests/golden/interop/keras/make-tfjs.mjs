// Makes the model of TensorFlow.js in tfjs/ and tfjs/expected.json, its log probabilities: in a folder with the package
// @tensorflow/tfjs 4.22.0 in node_modules, node make-tfjs.mjs FOLDER
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';

const folder = process.argv[2];
const [V, D, H] = [7, 3, 4];
const ids = [1, 4, 2, 0, 3, 3, 5];

const model = tf.sequential();
model.add(tf.layers.embedding({ inputDim: V, outputDim: D, inputShape: [null] }));
const gru = { units: H, returnSequences: true, recurrentActivation: 'sigmoid' };
model.add(tf.layers.gru(gru));
model.add(tf.layers.gru(gru));
model.add(tf.layers.timeDistributed({ layer: tf.layers.dense({ units: V, activation: 'softmax' }) }));
model.setWeights(model.getWeights().map(({ shape }, i) => tf.randomNormal(shape, 0, 0.7, 'float32', i + 1)));

const save = async ({ modelTopology, format, generatedBy, convertedBy, weightSpecs, weightData }) => {
  // As the library's own saving to a server does.
  const weightsManifest = [{ paths: ['model.weights.bin'], weights: weightSpecs }];
  const json = { modelTopology, format, generatedBy, convertedBy, weightsManifest };
  writeFileSync(join(folder, 'model.json'), JSON.stringify(json));
  writeFileSync(join(folder, 'model.weights.bin'), new Uint8Array(weightData));
  return { modelArtifactsInfo: {} };
};
await model.save({ save });
const expected = model
  .predict(tf.tensor([ids]))
  .log()
  .arraySync()[0];
writeFileSync(join(folder, 'expected.json'), JSON.stringify({ tfjs: tf.version.tfjs, ids, expected }));
