// Helpers of all kernels. Sizes are in elements, pointers in bytes.

/** a·b + c, rounded once in the relaxed SIMD module, else twice. */
// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_madd(a, b, c) : f32x4.add(f32x4.mul(a, b), c);
}

// @ts-ignore: decorator
@inline
export function zeros(): v128 {
  return f32x4.splat(0);
}

/** The sum of the four lanes, always in the same order. */
// @ts-ignore: decorator
@inline
export function sumLanes(x: v128): f32 {
  return (
    f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 1) + (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3))
  );
}

/** Loads four numbers, or one number into all four lanes. */
// @ts-ignore: decorator
@inline
export function read(four: bool, at: usize): v128 {
  return four ? v128.load(at) : v128.load32_splat(at);
}

/** Stores four numbers, or only the first. */
// @ts-ignore: decorator
@inline
export function write(four: bool, at: usize, x: v128): void {
  if (four) v128.store(at, x);
  else v128.store32_lane(at, x, 0);
}
