// Matrix products without workgroup memory: each thread keeps a TILE_ROWS x TILE_COLS tile of C in registers.
//
//   nt: C[m,n] = sum_k A[m,k] B[n,k]     forward, weights as [out, in]
//   nn: C[m,n] = sum_k A[m,k] B[k,n]     gradient of the input
//   tn: C[m,n] = sum_t A[t,m] B[t,n]     gradient of the weight, rows t split into SPLITS pieces that matmul-reduce
//   adds up
//
// A sum always runs over k (or t) in ascending order, term by term, so that all variants of a product agree bit for
// bit. Constants: NT / NN / TN (1 for the form wanted), TILE_ROWS, TILE_COLS, GROUP_X, GROUP_Y, RESIDUAL (C = A B + R),
// ACCUMULATE (nt, nn: the sum continues from C), EPILOGUE (nt: sums go to head-epilogue.wgsl, 16 columns of a row at a
// time). Sizes come in a uniform (product.wgsl), so that a form is compiled once for all the shapes of a model; B may
// be 16 bit (weights.wgsl), or both operands may (operands.wgsl), but not with an epilogue.

@group(0) @binding(0) var<uniform> dims: Dims;
@group(0) @binding(3) var<storage, read_write> c: array<vec4f>;
//: if RESIDUAL
@group(0) @binding(5) var<storage, read> residual: array<vec4f>;
//: end

fn row_count() -> u32 {
  return select(dims.rows, dims.targets, product.from_targets == 1u);
}

//: if NT
@compute @workgroup_size(GROUP_X, GROUP_Y)
fn nt(@builtin(global_invocation_id) thread: vec3u) {
  let columns = product.columns;
  let columns4 = columns / 4u;
  let inner4 = product.inner / 4u;
  let rows = row_count();
  let col = thread.x * TILE_COLS;
  let row = thread.y * TILE_ROWS;
  if (col >= columns || row >= rows) { return; }
  //: for r in 0..TILE_ROWS
  let at_a${r} = min(row + ${r}u, rows - 1u) * product.a_stride + product.a_first;
  //: end
  //: for n in 0..TILE_COLS
  let at_b${n} = min(col + ${n}u, columns - 1u) * inner4;
  //: end
  //: for r in 0..TILE_ROWS
  //: for n in 0..TILE_COLS
  var s${r}_${n} = 0.0;
  //: end
  //: end
  //: if ACCUMULATE
  //: for r in 0..TILE_ROWS
  //: for q in 0..TILE_VECTORS
  let c${r}_${q} = unscale_row(min(row + ${r}u, rows - 1u), c[place(min(row + ${r}u, rows - 1u), min(col / 4u + ${q}u, columns4 - 1u))]);
  //: for j in 0..4
  s${r}_${q*4+j} = c${r}_${q}[${j}];
  //: end
  //: end
  //: end
  //: end
  for (var k = 0u; k < inner4; k++) {
    //: for r in 0..TILE_ROWS
    let a${r} = left(at_a${r} + k);
    //: end
    //: for n in 0..TILE_COLS
    let b${n} = weight(at_b${n} + k);
    //: end
    //: for r in 0..TILE_ROWS
    //: for n in 0..TILE_COLS
    s${r}_${n} += a${r}.x * b${n}.x;
    s${r}_${n} += a${r}.y * b${n}.y;
    s${r}_${n} += a${r}.z * b${n}.z;
    s${r}_${n} += a${r}.w * b${n}.w;
    //: end
    //: end
  }
  //: for r in 0..TILE_ROWS
  if (row + ${r}u < rows) {
    //: if EPILOGUE
    finish(row + ${r}u, col / 4u, vec4f(s${r}_0, s${r}_1, s${r}_2, s${r}_3), vec4f(s${r}_4, s${r}_5, s${r}_6, s${r}_7), vec4f(s${r}_8, s${r}_9, s${r}_10, s${r}_11), vec4f(s${r}_12, s${r}_13, s${r}_14, s${r}_15));
    //: end
    //: if not EPILOGUE
    let at = place(row + ${r}u, col / 4u);
    //: for q in 0..TILE_VECTORS
    if (col / 4u + ${q}u < columns4) { store(at + ${q}u, scale_row(row + ${r}u, vec4f(s${r}_${q*4}, s${r}_${q*4+1}, s${r}_${q*4+2}, s${r}_${q*4+3}))); }
    //: end
    //: end
  }
  //: end
}
//: end

//: if NN
@compute @workgroup_size(GROUP_X, GROUP_Y)
fn nn(@builtin(global_invocation_id) thread: vec3u) {
  let columns4 = product.columns / 4u;
  let inner4 = product.inner / 4u;
  let rows = row_count();
  let col = thread.x * TILE_VECTORS;
  let row = thread.y * TILE_ROWS;
  if (col >= columns4 || row >= rows) { return; }
  //: for r in 0..TILE_ROWS
  let at_a${r} = min(row + ${r}u, rows - 1u) * product.a_stride + product.a_first;
  //: end
  //: for n in 0..TILE_VECTORS
  let at_b${n} = min(col + ${n}u, columns4 - 1u);
  //: end
  //: for r in 0..TILE_ROWS
  //: for n in 0..TILE_VECTORS
  //: if ACCUMULATE
  var s${r}_${n} = unscale_row(min(row + ${r}u, rows - 1u), c[place(min(row + ${r}u, rows - 1u), at_b${n})]);
  //: end
  //: if not ACCUMULATE
  var s${r}_${n} = vec4f(0.0);
  //: end
  //: end
  //: end
  for (var k = 0u; k < inner4; k++) {
    //: for r in 0..TILE_ROWS
    let a${r} = left(at_a${r} + k);
    //: end
    //: for j in 0..4
    //: for n in 0..TILE_VECTORS
    let b${j}_${n} = weight((k * 4u + ${j}u) * columns4 + at_b${n});
    //: end
    //: for r in 0..TILE_ROWS
    //: for n in 0..TILE_VECTORS
    s${r}_${n} += a${r}[${j}] * b${j}_${n};
    //: end
    //: end
    //: end
  }
  //: for r in 0..TILE_ROWS
  if (row + ${r}u < rows) {
    //: for n in 0..TILE_VECTORS
    if (col + ${n}u < columns4) { store(place(row + ${r}u, col + ${n}u), scale_row(row + ${r}u, s${r}_${n})); }
    //: end
  }
  //: end
}
//: end

//: if TN
@compute @workgroup_size(GROUP_X, GROUP_Y)
fn tn(@builtin(global_invocation_id) thread: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let columns4 = product.columns / 4u;
  let out_rows = product.inner;
  let col = thread.x * TILE_VECTORS;
  let row = thread.y * TILE_ROW_VECTORS;
  let out_rows4 = out_rows / 4u;
  if (col >= columns4 || row >= out_rows4) { return; }
  let rows = row_count();
  let piece = (rows + groups.z - 1u) / groups.z;
  let first = thread.z * piece;
  let last = min(first + piece, rows);
  //: for r in 0..TILE_ROW_VECTORS
  let at_a${r} = product.a_first + min(row + ${r}u, out_rows4 - 1u);
  //: end
  //: for n in 0..TILE_VECTORS
  let at_b${n} = min(col + ${n}u, columns4 - 1u);
  //: end
  //: for r in 0..TILE_ROWS
  //: for n in 0..TILE_VECTORS
  var s${r}_${n} = vec4f(0.0);
  //: end
  //: end
  // Four terms at a time: the tile stays in registers between them.
  var t = first;
  for (; t + 4u <= last; t += 4u) {
    //: for u in 0..4
    //: for r in 0..TILE_ROW_VECTORS
    let a${u}_${r} = term(t + ${u}u, at_a${r});
    //: end
    //: for n in 0..TILE_VECTORS
    let b${u}_${n} = weight((t + ${u}u) * columns4 + at_b${n});
    //: end
    //: end
    //: for r in 0..TILE_ROW_VECTORS
    //: for j in 0..4
    //: for n in 0..TILE_VECTORS
    //: for u in 0..4
    s${r*4+j}_${n} += a${u}_${r}[${j}] * b${u}_${n};
    //: end
    //: end
    //: end
    //: end
  }
  for (; t < last; t++) {
    //: for r in 0..TILE_ROW_VECTORS
    let a${r} = term(t, at_a${r});
    //: end
    //: for n in 0..TILE_VECTORS
    let b${n} = weight(t * columns4 + at_b${n});
    //: end
    //: for r in 0..TILE_ROW_VECTORS
    //: for n in 0..TILE_VECTORS
    //: for j in 0..4
    s${r*4+j}_${n} += a${r}[${j}] * b${n};
    //: end
    //: end
    //: end
  }
  let base = thread.z * out_rows * columns4;
  //: for r in 0..TILE_ROWS
  if (row * 4u + ${r}u < out_rows) {
    //: for n in 0..TILE_VECTORS
    if (col + ${n}u < columns4) { c[base + (row * 4u + ${r}u) * columns4 + col + ${n}u] = s${r}_${n}; }
    //: end
  }
  //: end
}

fn term(t: u32, at: u32) -> vec4f {
  //: if HALF
  return left(t * product.a_stride + at) * term_scale(t);
  //: end
  //: if not HALF
  return left(t * product.a_stride + at);
  //: end
}
//: end

//: if not TN
fn place(row: u32, column4: u32) -> u32 {
  return row * product.c_stride + product.c_first + column4;
}

fn store(at: u32, value: vec4f) {
  //: if RESIDUAL
  c[at] = residual[at] + value;
  //: end
  //: if not RESIDUAL
  c[at] = value;
  //: end
}
//: end
