import { expect, test } from 'vitest';
import { writeSafetensors } from '../../src/formats/safetensors.ts';
import { describeLab, type Visit } from '../support/lab.ts';
import { drop, modelFile } from '../support/lab-files.ts';
import { sentences } from '../support/process.ts';

const model = await modelFile({ words: 30, embeddingSize: 6, hiddenSize: 10 });
const changed = model.slice();
changed[changed.length - 3] ^= 1;
const ofAnotherTool = writeSafetensors(
  new Map([['lstm.weight_ih_l0', { dtype: 'F32', shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }]]),
  { format: 'pt' },
);
const PNG = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52);
const recipe = 'tokens=word&hidden=12&wordvec=8&layers=1&batch=4&time=8&optimizer=sgd&lr=1';
const text = sentences(120);

const alert = ({ page }: Visit, says: string | RegExp) => page.getByRole('alert').filter({ hasText: says });
describeLab('failures in the lab', {}, (lab) => {
  test('a file that is no intact model is refused with what it is, and the open model stays', async () => {
    const visit = await lab.open('view=words');
    await visit.shows('speeches (sample)');
    const cases: readonly (readonly [string, Uint8Array, RegExp])[] = [
      ['photo.safetensors', PNG, /photo\.safetensors: .*a PNG image/],
      ['nothing.safetensors', new Uint8Array(), /nothing\.safetensors: .*empty/],
      ['cut.safetensors', model.slice(0, -40), /cut\.safetensors: .*(cut off|truncated|ends|damaged)/],
      ['changed.safetensors', changed, /changed\.safetensors: .*(changed|digest)/],
      ['torch.safetensors', ofAnotherTool, /torch\.safetensors: .*not an Unrolled model.*unrolled import/],
      ['text.safetensors', Buffer.from('once upon a time'), /text\.safetensors: .*a text/],
    ];
    for (const [name, bytes, says] of cases) {
      await drop(visit.page, { [name]: bytes });
      await alert(visit, says).waitFor();
      await visit.shows('speeches (sample)');
    }
    await drop(visit.page, { 'right.safetensors': model });
    await visit.shows('right.safetensors');
    expect(await visit.page.getByRole('alert').filter({ hasText: 'safetensors' }).count()).toBe(0);
  });

  test('where storage is full, runs and models go on in memory and say so; what was kept stays', async () => {
    const visit = await lab.open(`${recipe}&epochs=3`);
    await drop(visit.page, { 'kept.safetensors': model });
    await visit.shows('kept.safetensors');
    await visit.view('Text');
    const devtools = await visit.page.context().newCDPSession(visit.page);
    await devtools.send('Storage.overrideQuotaForOrigin', { origin: lab.origin, quotaSize: 1000 });
    await visit.paste(text);
    await visit.train();
    await visit.status('done');
    await alert(visit, /run continues in memory.*storage for this page is full/).waitFor();
    expect(await visit.digits('epoch')).toBe(3);
    await drop(visit.page, { 'unkept.safetensors': model });
    await visit.shows('unkept.safetensors');
    await alert(visit, /does not keep it: .*storage for this page is full/).waitFor();
    await visit.page.getByLabel('Model', { exact: true }).selectOption({ label: 'run-1' });
    await visit.shows('run-1');
    await visit.page.reload();
    await alert(visit, 'run-1.safetensors: this browser has no such model').waitFor();
    const names = await visit.page.getByLabel('Model', { exact: true }).locator('option').allTextContents();
    expect(names).toEqual(['kept.safetensors', 'speeches (sample)']);
  });

  test.each([
    ['closes without a word', 'self.close()', /browser ended the engine/],
    ['throws', "setTimeout(() => { throw new Error('out of order'); })", /engine stopped: .*out of order/],
  ])('an engine that %s is replaced: text, runs and models are there again', async (_, fault, says) => {
    const visit = await lab.open(`${recipe}&epochs=5000`);
    const { page } = visit;
    await drop(page, { 'kept.safetensors': model });
    await visit.shows('kept.safetensors');
    await visit.view('Text');
    await visit.paste(text);
    await visit.train();
    await page.getByTestId('epoch').waitFor();
    await visit.button('Pause').click();
    await visit.status('paused');
    await visit.button('Resume').click();
    await visit.status('running');
    const engine = page.workers().find((worker) => /\/worker-/.test(worker.url()));
    await engine?.evaluate((program) => void new Function(program)(), fault).catch(() => {});
    await alert(visit, says).waitFor();
    await visit.status('The engine has stopped');
    await visit.button('Start it again').click();
    await visit.status('paused');
    await visit.shows('kept.safetensors');
    await visit.view('Text');
    await page.getByRole('heading', { name: 'text', exact: true }).waitFor();
    await visit.button('Resume').click();
    await visit.status('running');
    lab.problems.splice(0); // the error that was thrown
  });

  test('an engine that cannot be loaded, or has no WebAssembly, is reported; it starts once it can', async () => {
    const visit = await lab.open('view=words');
    const { page } = visit;
    await page.route('**/assets/worker-*.js', (route) => route.fulfill({ status: 404 }));
    await page.reload();
    await alert(visit, /engine could not be loaded/).waitFor();
    await page.unroute('**/assets/worker-*.js');
    await page.route('**/assets/worker-*.js', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: `delete globalThis.WebAssembly;${await response.text()}` });
    });
    await visit.button('Start it again').click();
    await alert(visit, /WebAssembly/).waitFor();
    await page.unroute('**/assets/worker-*.js');
    await visit.button('Start it again').click();
    await visit.shows('speeches (sample)');
    lab.problems.splice(0); // the answer 404
  });

  test('a run belongs to one tab: another one says so, and takes it over when that is closed', async () => {
    const first = await lab.open(`${recipe}&epochs=5000`);
    await first.paste(text);
    await first.train();
    await first.page.getByTestId('epoch').waitFor();
    const opening = first.page.waitForEvent('popup');
    await first.page.evaluate(() => void window.open('?view=train&lang=en'));
    const page = await opening;
    const status = page.locator('.status');
    await status.filter({ hasText: 'under way in another tab' }).waitFor();
    expect(await page.getByRole('button', { name: /^(Resume|Pause|Stop|Remove)$/ }).count()).toBe(0);
    await first.page.goto('about:blank');
    await status.filter({ hasText: 'paused' }).waitFor();
  });
});
