/** The float32 numbers of float16 bits. Each is exact. */
export function ofFloat16(bits: Uint16Array): Float32Array<ArrayBuffer> {
  return Float32Array.from(bits, (half) => {
    const sign = half & 0x8000 ? -1 : 1;
    const [exponent, fraction] = [(half >>> 10) & 0x1f, half & 0x3ff];
    if (exponent === 0) return sign * fraction * 2 ** -24;
    if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
    return sign * (1024 + fraction) * 2 ** (exponent - 25);
  });
}

/** The float32 numbers whose upper halves are given. */
export function ofBfloat16(bits: Uint16Array): Float32Array<ArrayBuffer> {
  return new Float32Array(Uint32Array.from(bits, (half) => half << 16).buffer);
}
