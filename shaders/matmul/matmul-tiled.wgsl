// Matrix products through workgroup memory, for adapters with it in hardware: 16 x 16 threads share 64 x 64 tiles of C,
// 16 terms of the sum at a time; a thread keeps 4 x 4 of them.
//
// Same products, constants and order of summation as matmul.wgsl (SCALE_TERMS: HALF and TN); tiles beyond the edges are
// filled with zeros.

const TILE = 64u;
const DEPTH = 16u;
const LINE = 68u; // 64 and a pad against bank conflicts; a multiple of 4

@group(0) @binding(0) var<uniform> dims: Dims;
@group(0) @binding(3) var<storage, read_write> c: array<vec4f>;
//: if RESIDUAL
@group(0) @binding(5) var<storage, read> residual: array<vec4f>;
//: end

var<workgroup> tile_a: array<Operand, 1088>; // [DEPTH][LINE]
var<workgroup> tile_b: array<Operand, 1088>;

fn row_count() -> u32 {
  return select(dims.rows, dims.targets, product.from_targets == 1u);
}

// Four values along k of line `line` of a matrix stored [lines][K], turned into column `line` of the tile.
fn put_across(line: u32, k: u32, value: Operands, into_a: bool) {
  for (var j = 0u; j < 4u; j++) {
    if (into_a) { tile_a[(k + j) * LINE + line] = value[j]; } else { tile_b[(k + j) * LINE + line] = value[j]; }
  }
}

fn put_along(k: u32, line: u32, value: Operands, into_a: bool) {
  for (var j = 0u; j < 4u; j++) {
    if (into_a) { tile_a[k * LINE + line + j] = value[j]; } else { tile_b[k * LINE + line + j] = value[j]; }
  }
}

// Four values of row k of the tile of B, unscaled where an f16 sum over rows has scales to undo.
fn term(k: u32, value: Operands) -> vec4f {
  //: if SCALE_TERMS
  return vec4f(value) * term_scale(k);
  //: end
  //: if not SCALE_TERMS
  return vec4f(value);
  //: end
}

@compute @workgroup_size(16, 16)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let columns = product.columns;
  let columns4 = columns / 4u;
  let inner = product.inner;
  let inner4 = inner / 4u;
  let rows = row_count();
  let lane = local.y * 16u + local.x;
  let col0 = group.x * TILE;
  let row0 = group.y * TILE;
  //: if TN
  let piece = (rows + groups.z - 1u) / groups.z;
  let first = group.z * piece;
  let last = min(first + piece, rows);
  let out_rows = inner;
  //: end
  //: if not TN
  let first = 0u;
  let last = inner;
  let out_rows = rows;
  //: end
  let col = col0 + local.x * 4u;
  //: for r in 0..4
  var s${r} = vec4f(0.0);
  //: if ACCUMULATE
  if (col < columns && row0 + local.y * 4u + ${r}u < out_rows) { s${r} = unscale_row(row0 + local.y * 4u + ${r}u, c[(row0 + local.y * 4u + ${r}u) * product.c_stride + product.c_first + col / 4u]); }
  //: end
  //: end
  for (var k0 = first; k0 < last; k0 += DEPTH) {
    let across_line = lane / 4u;
    let across_k = (lane % 4u) * 4u;
    let along_k = lane / 16u;
    let along_line = (lane % 16u) * 4u;
    //: if TN
    var from_a = Operands();
    if (k0 + along_k < last && row0 + along_line < inner) { from_a = Operands(left((k0 + along_k) * product.a_stride + product.a_first + (row0 + along_line) / 4u)); }
    put_along(along_k, along_line, from_a, true);
    //: end
    //: if not TN
    var from_a = Operands();
    if (row0 + across_line < rows && k0 + across_k < inner) { from_a = Operands(left((row0 + across_line) * product.a_stride + product.a_first + (k0 + across_k) / 4u)); }
    put_across(across_line, across_k, from_a, true);
    //: end
    //: if NT
    var from_b = Operands();
    if (col0 + across_line < columns && k0 + across_k < inner) { from_b = Operands(weight((col0 + across_line) * inner4 + (k0 + across_k) / 4u)); }
    put_across(across_line, across_k, from_b, false);
    //: end
    //: if not NT
    var from_b = Operands();
    if (k0 + along_k < last && col0 + along_line < columns) { from_b = Operands(weight((k0 + along_k) * columns4 + (col0 + along_line) / 4u)); }
    put_along(along_k, along_line, from_b, false);
    //: end
    workgroupBarrier();
    let depth = min(DEPTH, last - k0);
    for (var k = 0u; k < depth; k++) {
      let line = k * LINE;
      let bv = term(k0 + k, Operands(tile_b[line + local.x * 4u], tile_b[line + local.x * 4u + 1u], tile_b[line + local.x * 4u + 2u], tile_b[line + local.x * 4u + 3u]));
      //: for r in 0..4
      s${r} += f32(tile_a[line + local.y * 4u + ${r}u]) * bv;
      //: end
    }
    workgroupBarrier();
  }
  //: if EPILOGUE
  // 4 threads share a row of the epilogue: they exchange their columns, a quarter of the rows at a time.
  let finished_row = lane / 4u;
  let finished_col = (lane % 4u) * 16u;
  //: for r in 0..4
  for (var j = 0u; j < 4u; j++) { tile_a[local.y * 64u + local.x * 4u + j] = s${r}[j]; }
  workgroupBarrier();
  if (lane < 64u && row0 + finished_row * 4u + ${r}u < rows) {
    //: for q in 0..4
    let l${r}_${q} = vec4f(tile_a[lane * 16u + ${q*4}u], tile_a[lane * 16u + ${q*4+1}u], tile_a[lane * 16u + ${q*4+2}u], tile_a[lane * 16u + ${q*4+3}u]);
    //: end
    finish(row0 + finished_row * 4u + ${r}u, (col0 + finished_col) / 4u, l${r}_0, l${r}_1, l${r}_2, l${r}_3);
  }
  workgroupBarrier();
  //: end
  //: end
  //: if not EPILOGUE
  if (col >= columns) { return; }
  //: for r in 0..4
  {
    let row = row0 + local.y * 4u + ${r}u;
    if (row < out_rows) {
      //: if TN
      c[group.z * inner * columns4 + row * columns4 + col / 4u] = s${r};
      //: end
      //: if not TN
      let at = row * product.c_stride + product.c_first + col / 4u;
      //: if RESIDUAL
      c[at] = residual[at] + scale_row(row, s${r});
      //: end
      //: if not RESIDUAL
      c[at] = scale_row(row, s${r});
      //: end
      //: end
    }
  }
  //: end
  //: end
}
