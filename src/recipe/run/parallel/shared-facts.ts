import type { Backend } from '../../../backends/backend.ts';
import type { SharedFact } from '../../../distributed/agreement.ts';
import type { FileInfo } from '../../text/training-data.ts';
import { arithmeticOf } from '../resume.ts';

/** Texts, which every process reads for itself. @param what such as `training text` */
export function sharedTexts(what: string, texts: readonly FileInfo[]): SharedFact {
  const described = texts.map(
    ({ bytes, sha256 }) => `of ${bytes} bytes with the SHA-256 ${sha256.slice(0, 12)}…`,
  );
  return { what, value: described.join(', ') || 'none', advice: 'Copy the text to every machine.' };
}

/** What determines the bits of a backend's results. */
export function sharedBackend(backend: Backend): SharedFact {
  return { what: 'backend', value: arithmeticOf(backend), advice: 'Choose one with --backend.' };
}
