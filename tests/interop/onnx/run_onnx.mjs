// As run_onnx.py, with the package named by the argument, of the folder ONNXRUNTIME_MODULES.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const require = createRequire(join(process.env.ONNXRUNTIME_MODULES, 'none.cjs'));
const { InferenceSession, Tensor } = require(process.argv[2]);

async function run({ file, blocks }) {
  const session = await InferenceSession.create(file);
  const [, ...states] = session.inputMetadata;
  const [, ...after] = session.outputNames;
  const N = blocks[0][0].length;
  const zeros = (size) => new Tensor('float32', new Float32Array(N * size), [N, size]);
  let values = Object.fromEntries(states.map(({ name, shape }) => [name, zeros(shape[1])]));
  const logits = [];
  for (const block of blocks) {
    const ids = new Tensor('int64', BigInt64Array.from(block.flat(), BigInt), [block.length, N]);
    const results = await session.run({ ids, ...values });
    values = Object.fromEntries(states.map(({ name }, i) => [name, results[after[i]]]));
    logits.push(...results.logits.data);
  }
  return logits;
}

const results = [];
for (const model of JSON.parse(await text(process.stdin))) results.push(await run(model));
process.stdout.write(JSON.stringify(results));
