/** Whether bytes begin like an ONNX model: the IR version, then a producer, a graph or an opset. */
export function isOnnx(bytes: Uint8Array): boolean {
  return bytes[0] === 0x08 && bytes[1] > 0 && bytes[1] < 32 && [0x12, 0x3a, 0x42].includes(bytes[2]);
}
