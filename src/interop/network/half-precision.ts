/** IEEE 754 half precision, given as 16-bit words, as float32: exact for every number. */
export function widenFloat16(words: Uint16Array): Float32Array<ArrayBuffer> {
  const numbers = new Float32Array(words.length);
  const bits = new Uint32Array(numbers.buffer);
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    const exponent = (word >> 10) & 0x1f;
    const fraction = word & 0x3ff;
    if (exponent === 0) {
      // Zero and the subnormal numbers, in steps of 2^-24.
      numbers[i] = fraction * 2 ** -24;
      bits[i] |= (word & 0x8000) << 16;
    } else {
      // Infinity and NaN keep the largest exponent; the others have a bias of 15, not 127.
      bits[i] = ((word & 0x8000) << 16) | ((exponent === 31 ? 255 : exponent + 112) << 23) | (fraction << 13);
    }
  }
  return numbers;
}

/** bfloat16, given as 16-bit words, as float32: the upper halves of float32 numbers. */
export function widenBfloat16(words: Uint16Array): Float32Array<ArrayBuffer> {
  const bits = new Uint32Array(words.length);
  for (let i = 0; i < words.length; i++) bits[i] = words[i] << 16;
  return new Float32Array(bits.buffer);
}
