// Trains the sample model of the lab by its recipe, without n-gram counts and names of texts: `npm run sample-model`.
// The recipe's backend is wasm-strict, so the file has the same bits on every machine.
import { run } from './commands.mjs';

const [TRAINED, SAMPLE] = ['build/recipes/speeches.safetensors', 'lab/public/samples/speeches.safetensors'];
const inherit = { stdio: 'inherit' };

run('npm', ['run', 'recipe', '--', 'speeches', '--data', 'dist/corpus'], inherit);
run('node', ['dist/cli/main.js', 'export', TRAINED, '--to', 'safetensors', '--out', SAMPLE], inherit);
