const METADATA_PROPS = 14; // the field of ModelProto in onnx.proto
const text = new TextDecoder();

/** The `metadata_props` of an ONNX file, as an object. ONNX Runtime's JavaScript API doesn't show them. */
export function metadataOf(bytes) {
  const entries = [...fields(bytes)].filter(({ number }) => number === METADATA_PROPS);
  return Object.fromEntries(
    entries.map(({ content }) => Array.from(fields(content), (field) => text.decode(field.content))),
  );
}

/** The fields of a protobuf message that have a length: strings and messages. Integers are skipped. */
function* fields(bytes) {
  let at = 0;
  const varint = () => {
    for (let [value, scale] = [0, 1]; ; scale *= 128) {
      const byte = bytes[at++];
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const size = varint();
    if ((tag & 7) !== 2) continue;
    yield { number: tag >> 3, content: bytes.subarray(at, at + size) };
    at += size;
  }
}
