import { ReadAhead, type TokenIds } from '../../../data/batches/token-ids.ts';
import type { TokenCorpus } from '../../../data/token-corpus.ts';
import type { TokenFile } from '../../../formats/text/token-file/read-tokens.ts';

/** A corpus whose ids are read from a token file. */
export class FileCorpus implements TokenCorpus {
  readonly tokens: TokenIds;
  readonly unknownCount: number;
  readonly characters: number;
  readonly bytes: number;
  readonly items: null = null;

  constructor(file: TokenFile) {
    const { unknownCount, characters, bytes } = file.info;
    this.tokens = {
      length: file.length,
      read: (start, into) => file.read(start, into),
      readAhead: (window) => new ReadAhead(file, window),
    };
    this.unknownCount = unknownCount;
    this.characters = characters;
    this.bytes = bytes;
  }
}
