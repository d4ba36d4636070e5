// Our contender: encodes a text to ids with the built library, as training does.
import { readFileSync } from 'node:fs';
import { Corpus, readTokenizerJSON } from 'unrolled';
import { readJob, serve } from '../child.ts';
import type { EncodeJob } from '../configs.ts';

const { text: file, tokenizer } = readJob() as EncodeJob;
const text = readFileSync(file, 'utf8');
const codec = readTokenizerJSON(tokenizer, readFileSync(tokenizer, 'utf8'));
await serve('unrolled, one thread', () => Corpus.encode(text, codec).ids.length);
