// The rank of a logit in its row, and the highest logits. Four are compared at once.

/**
 * For each row of xs (M,V): ranks (M) = 1 + how many logits are above that of ts[m]; top (M,K) = the ids of
 * the K highest, the highest first, ties by lower id. Rows whose target is `ignored` are skipped.
 */
export function rankRows(ranks: usize, top: usize, xs: usize, ts: usize, M: i32, V: i32, K: i32, ignored: i32): void {
  for (let m = 0; m < M; m++) {
    const t = i32.load(ts + 4 * m);
    if (t == ignored) continue;
    const x = xs + 4 * <usize>m * <usize>V;
    i32.store(ranks + 4 * m, 1 + countAbove(x, f32.load(x + 4 * <usize>t), V));
    if (K > 0) findHighest(top + 4 * <usize>m * <usize>K, x, V, K);
  }
}

function countAbove(x: usize, limit: f32, V: i32): i32 {
  const four = f32x4.splat(limit);
  let counts = i32x4.splat(0);
  let v = 0;
  // A true comparison gives −1.
  for (; v + 4 <= V; v += 4) counts = i32x4.sub(counts, f32x4.gt(v128.load(x + 4 * v), four));
  let count = i32x4.extract_lane(counts, 0) + i32x4.extract_lane(counts, 1);
  count += i32x4.extract_lane(counts, 2) + i32x4.extract_lane(counts, 3);
  for (; v < V; v++) if (f32.load(x + 4 * v) > limit) count++;
  return count;
}

/** K is V at most. */
function findHighest(top: usize, x: usize, V: i32, K: i32): void {
  let v = 0;
  for (; v < K; v++) insert(top, x, v, v);
  let least = scoreOf(top, x, K - 1);
  while (v < V) {
    if (v + 4 <= V && !v128.any_true(f32x4.gt(v128.load(x + 4 * v), f32x4.splat(least)))) {
      v += 4;
      continue;
    }
    if (f32.load(x + 4 * v) > least) {
      insert(top, x, v, K - 1);
      least = scoreOf(top, x, K - 1);
    }
    v++;
  }
}

/** Inserts id v into top, before all ids with lower logits; removes the one at `last`. */
function insert(top: usize, x: usize, v: i32, last: i32): void {
  const score = f32.load(x + 4 * v);
  let place = last;
  for (; place > 0 && scoreOf(top, x, place - 1) < score; place--) {
    i32.store(top + 4 * place, i32.load(top + 4 * (place - 1)));
  }
  i32.store(top + 4 * place, v);
}

// @ts-ignore: decorator
@inline
function scoreOf(top: usize, x: usize, place: i32): f32 {
  return f32.load(x + 4 * <usize>i32.load(top + 4 * place));
}
