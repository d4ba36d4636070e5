import { say } from '../language/language.ts';
import { encoding, encodings } from '../state/encoding.ts';
import { Choice } from './choice.tsx';

/** The encoding of the text files that are opened. */
export function EncodingChoice() {
  const { encoding: label, encodingOfFile } = say.value.text;
  return (
    <Choice
      label={label}
      value={encoding}
      all={encodings}
      nameOf={(name) => (name === 'auto' ? encodingOfFile : name)}
    />
  );
}
