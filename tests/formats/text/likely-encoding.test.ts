import { expect, test } from 'vitest';
import { likelyEncoding } from '../../../src/formats/text/likely-encoding.ts';
import { TextBytes } from '../../../src/formats/text/text-bytes.ts';
import { randomIntegers } from '../../data/random-integers.ts';
import { encodedTexts } from './encoded-texts.ts';

test.each(encodedTexts)('a text in %s looks like it, and the error says so', (encoding, _, hex) => {
  const bytes = Buffer.concat([Buffer.from('log line 1: started\n'), Buffer.from(hex, 'hex')]);
  expect(likelyEncoding(bytes)).toBe(encoding);
  const iconv = `iconv -f ${encoding.toUpperCase()} -t UTF-8 a.txt > new.txt`;
  expect(() => new TextBytes('a.txt').push(bytes)).toThrow(
    `; it looks like ${encoding}. Set encoding ${encoding}, or convert it: ${iconv}`,
  );
});

test('bytes that are not text have no likely encoding', () => {
  const noise = Uint8Array.from(randomIntegers(3, 4000, 256));
  expect(likelyEncoding(noise)).toBeNull();
  expect(() => new TextBytes('a.bin').push(noise)).toThrow('it does not look like text in another encoding');
});

test('UTF-8 is suggested for a text in UTF-8 that is read in another encoding', () => {
  const bytes = new TextEncoder().encode('−log₂ p of one token, in bits\n');
  expect(() => new TextBytes('a.txt', { encoding: 'euc-kr' }).push(bytes)).toThrow(
    /it looks like utf-8\. Give encoding utf-8\.$/,
  );
});
