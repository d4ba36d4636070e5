/** The kind of a file, recognised by its first bytes. */
export interface FileIdentity {
  /** A noun with its article: `a gzip archive`. */
  readonly name: string;
  /** What to do, a sentence without its full stop. */
  readonly advice: string;
  /** Whether it is text that a user may want to train on or score, such as a web page. */
  readonly isText: boolean;
}

const UNPACK = 'Unpack it, and use the file inside';
const IMPORT = 'Convert it with unrolled import';
const EXPORT = 'Export its weights or its text where it was made';
const OTHER = 'Use another file';
const TEXT = 'Save its text as a plain text file';

/** `hex`: the bytes at position `at`, in hexadecimal; `..` matches any byte. */
interface Signature {
  readonly hex: string;
  readonly at?: number;
  readonly name: string;
  readonly advice?: string;
}

const signatures: readonly Signature[] = [
  { hex: '1f8b', name: 'a gzip archive', advice: UNPACK },
  { hex: '425a68', name: 'a bzip2 archive', advice: UNPACK },
  { hex: 'fd377a585a00', name: 'an xz archive', advice: UNPACK },
  { hex: '28b52ffd', name: 'a zstd archive', advice: UNPACK },
  { hex: '04224d18', name: 'an lz4 archive', advice: UNPACK },
  { hex: '377abcaf271c', name: 'a 7z archive', advice: UNPACK },
  { hex: '526172211a07', name: 'a rar archive', advice: UNPACK },
  { hex: '7573746172', at: 257, name: 'a tar archive', advice: UNPACK },
  { hex: '894844460d0a1a0a', name: 'an HDF5 file, such as a Keras model', advice: IMPORT },
  { hex: '47475546', name: 'a llama.cpp GGUF file' },
  { hex: '6c6d6767', name: 'a llama.cpp GGML file' },
  { hex: '54464c33', at: 4, name: 'a TensorFlow Lite model' },
  { hex: '934e554d5059', name: 'a NumPy array' },
  { hex: '53514c69746520666f726d6174203300', name: 'an SQLite database' },
  { hex: '50415231', name: 'a Parquet file' },
  { hex: '4152524f5731', name: 'an Arrow file' },
  { hex: '255044462d', name: 'a PDF document', advice: TEXT },
  { hex: 'd0cf11e0a1b11ae1', name: 'an old Microsoft Office document', advice: TEXT },
  { hex: '89504e470d0a1a0a', name: 'a PNG image', advice: OTHER },
  { hex: 'ffd8ff', name: 'a JPEG image', advice: OTHER },
  { hex: '474946383761', name: 'a GIF image', advice: OTHER },
  { hex: '474946383961', name: 'a GIF image', advice: OTHER },
  { hex: '52494646........57454250', name: 'a WebP image', advice: OTHER },
  { hex: '52494646........57415645', name: 'a WAV recording', advice: OTHER },
  { hex: '494433', name: 'an MP3 recording', advice: OTHER },
  { hex: '4f676753', name: 'an Ogg recording', advice: OTHER },
  { hex: '66747970', at: 4, name: 'an MP4 video', advice: OTHER },
  { hex: '7f454c46', name: 'a program', advice: OTHER },
  { hex: '4d5a90', name: 'a program', advice: OTHER },
  { hex: '0061736d', name: 'a WebAssembly module', advice: OTHER },
  { hex: 'fffe0000', name: 'text in UTF-32', advice: 'Convert it to UTF-8' },
  { hex: '0000feff', name: 'text in UTF-32', advice: 'Convert it to UTF-8' },
  { hex: 'fffe', name: 'text in UTF-16', advice: 'Convert it to UTF-8' },
  { hex: 'feff', name: 'text in UTF-16', advice: 'Convert it to UTF-8' },
];

/**
 * Identifies a file that is not of the expected kind: an archive, a model of another tool, a document, a web page, a text.
 * Null if unknown.
 *
 * @param bytes the file, or at least its first 4096 bytes
 */
export function identifyFile(bytes: Uint8Array): FileIdentity | null {
  const start = bytes.subarray(0, 4096);
  const text = decoded(start, bytes.length > start.length)
    ?.replace(/^\ufeff/, '')
    .trim();
  // Text first, because it may begin with the letters of a signature: "ID3 tags are …".
  if (text) return ofText(text);
  return ofArchive(start) ?? ofSignature(start) ?? ofModel(start) ?? ofWideText(start);
}

function ofSignature(start: Uint8Array): FileIdentity | null {
  const found = signatures.find(({ hex, at = 0 }) => hasBytes(start, hex, at));
  return found ? { name: found.name, advice: found.advice ?? EXPORT, isText: false } : null;
}

function hasBytes(start: Uint8Array, hex: string, at: number): boolean {
  const wanted = hex.match(/../g) ?? [];
  return wanted.every((byte, i) => byte === '..' || start[at + i] === Number.parseInt(byte, 16));
}

/** A zip archive, by its entries: PyTorch, NumPy, Keras and office programs all write one. */
function ofArchive(start: Uint8Array): FileIdentity | null {
  if (!hasBytes(start, '504b0304', 0) && !hasBytes(start, '504b0506', 0)) return null;
  const entries = latin1(start);
  const of = (name: string, advice = EXPORT) => ({ name, advice, isText: false });
  if (/\/data\.pkl|\/byteorder|\/\.format_version/.test(entries))
    return of('a PyTorch file (a zip archive with a pickle)', IMPORT);
  if (/\.npy/.test(entries)) return of("NumPy's .npz");
  if (/model\.weights\.h5|config\.json.*metadata\.json/s.test(entries)) return of('a Keras model', IMPORT);
  if (/\[Content_Types\]\.xml|_rels\//.test(entries)) return of('a Microsoft Office document', TEXT);
  if (/mimetypeapplication\//.test(entries)) return of('an OpenDocument or EPUB file', TEXT);
  return { name: 'a zip archive', advice: UNPACK, isText: false };
}

/** Models and tensors of other tools that have no fixed signature. */
function ofModel(start: Uint8Array): FileIdentity | null {
  const of = (name: string, advice = EXPORT) => ({ name, advice, isText: false });
  // Pickle protocol 2 to 5, then an opcode of a collection, a global, a frame or a number (old PyTorch: LONG1).
  if (
    start[0] === 0x80 &&
    start[1] >= 2 &&
    start[1] <= 5 &&
    '}](cX\x8c\x95\x8aNKMJGq'.includes(latin1(start)[2] ?? ' ')
  ) {
    return of('a Python pickle, such as an old PyTorch file', IMPORT);
  }
  // ONNX: the IR version, then a producer, a graph or an opset.
  if (start[0] === 0x08 && start[1] > 0 && start[1] < 32 && [0x12, 0x3a, 0x42].includes(start[2])) {
    return of('an ONNX model', IMPORT);
  }
  if (isSafetensors(start)) {
    return of('a safetensors file', 'Pass it as the model instead');
  }
  return null;
}

/** Whether bytes begin like a safetensors file: a header length below 2^40, then JSON. */
export function isSafetensors(bytes: Uint8Array): boolean {
  return hasBytes(bytes, '0000007b', 5) && /^\s*["}]/.test(latin1(bytes.subarray(9, 32)));
}

function ofText(text: string): FileIdentity {
  const of = (name: string, advice: string, isText = true) => ({ name, advice, isText });
  if (text.startsWith('version https://git-lfs.github.com/spec/')) {
    return of('a Git LFS pointer, not the file itself', 'Run git lfs pull', false);
  }
  if (/^%PDF-\d/.test(text)) return of('a PDF document', TEXT, false);
  if (text.startsWith('{\\rtf')) return of('an RTF document', TEXT, false);
  if (/^(?:<!--(?:[^-]|-(?!->))*-->\s*)*<(!doctype html|html|head|body)\b/i.test(text)) {
    return of('a web page', 'Download the file itself, not the page about it');
  }
  if (text.startsWith('<?xml')) return of('an XML file', OTHER);
  if (/^(\{\s*["}]|\[\s*[[{"\d\]-])/.test(text))
    return of('a JSON file', 'Use the model file, which ends in .safetensors');
  return of('a text', 'Train a model on it with unrolled train');
}

/** UTF-16 without a byte order mark, mostly ASCII: every second byte is 0. */
function ofWideText(start: Uint8Array): FileIdentity | null {
  const zeros = [0, 0];
  start.forEach((byte, i) => {
    if (byte === 0) zeros[i % 2]++;
  });
  const [most, least] = [Math.max(...zeros), Math.min(...zeros)];
  if (start.length < 4 || most < 0.45 * start.length || least > 0) return null;
  return { name: 'text in UTF-16', advice: 'Convert it to UTF-8', isText: false };
}

/** Undefined if the bytes are not UTF-8, or contain control characters that don't occur in text. */
function decoded(start: Uint8Array, isCut: boolean): string | undefined {
  try {
    // A copy, because browsers can't decode shared memory.
    const text = new TextDecoder('utf-8', { fatal: true }).decode(new Uint8Array(start), { stream: isCut });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what tells bytes from text
    return /[\0-\x08\x0e-\x1a\x1c-\x1f]/.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

/** One character per byte. */
function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
}
