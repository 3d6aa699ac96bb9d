// Matrix products for adapters whose lanes compute in step and load one by one (SwiftShader): few loads, long chains of
// multiply-adds.
//
// Same products and order of summation as matmul.wgsl. Four lanes (a quad) own 4 x COLUMNS columns of C. They keep a
// panel of B, DEPTH terms of the sum by their columns, in private memory, and go down the rows: of a row, each lane
// loads a quarter of the DEPTH values of A and hands them to the others. Where the sum is longer than DEPTH, C itself
// carries it from panel to panel. tn: the sum over rows is made in the pieces of reduce.wgsl, one after the other, and
// each is added to C where it ends. `carry` holds a piece that is longer than DEPTH from panel to panel.
//
// Why it looks like this: there a load costs as much as 20 multiply-adds a component, whatever it loads, so each value
// of A is used by 4 x COLUMNS columns. Values that were handed on (quad.wgsl) wait for their turn in private memory,
// which with indices known to the compiler is as good as registers are when there are none left. Sums run over 8
// columns at a time, for that is what the registers hold; `p * x + s` needs no copies in two-operand machine code.
// Whatever does not change from row to row is computed before the rows: nothing there does it by itself, and a uniform
// is read like any other memory. Constants: NT / NN / TN, PIECE_ROWS and MAX_PIECES (tn: reduce.wgsl), LONG_PIECES (tn:
// 1 if a piece can be longer than DEPTH), DEPTH, QUARTER = DEPTH / 4, LOADS = ceil(DEPTH / 16), ROOM = 16 LOADS,
// COLUMNS, VECTORS = COLUMNS / 4, GROUPS = COLUMNS / 8, PANEL = DEPTH COLUMNS.

@group(0) @binding(0) var<uniform> dims: Dims;
//: if TN
@group(0) @binding(1) var<storage, read> a: array<f32>;
//: end
//: if not TN
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
//: end
@group(0) @binding(3) var<storage, read_write> c: array<vec4f>;
//: if RESIDUAL
@group(0) @binding(5) var<storage, read> residual: array<vec4f>;
//: end
//: if LONG_PIECES
@group(0) @binding(5) var<storage, read_write> carry: array<vec4f>;
//: end

@compute @workgroup_size(4)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let columns4 = product.columns / 4u;
  let inner4 = product.inner / 4u;
  let batch_rows = select(dims.rows, dims.targets, product.from_targets == 1u);
  let col = (group.x * 4u + lane) * VECTORS;
  //: if TN
  let out_rows = product.inner;
  let pieces = clamp((batch_rows + PIECE_ROWS - 1u) / PIECE_ROWS, 1u, MAX_PIECES);
  let piece = (batch_rows + pieces - 1u) / pieces;
  let a_stride = product.a_stride * 4u;
  let a_first = product.a_first * 4u;
  let c_stride = columns4;
  let c_first = col;
  //: end
  //: if not TN
  let out_rows = batch_rows;
  let begin = 0u;
  let to = product.inner;
  let a_stride = product.a_stride;
  let a_first = product.a_first;
  let c_stride = product.c_stride;
  let c_first = product.c_first + col;
  //: end
  let share = (out_rows + groups.y - 1u) / groups.y;
  let first = group.y * share;
  let last = min(first + share, out_rows);
  let place = quad_lane(lane);
  var panel: array<f32, PANEL>; // [DEPTH][COLUMNS]
  var x: array<f32, ROOM>;
  //: if TN
  for (var begin = 0u; begin < batch_rows; begin += piece) {
  let to = min(begin + piece, batch_rows);
  //: end
  for (var k0 = begin; k0 < to; k0 += DEPTH) {
    //: if NT
    for (var n = 0u; n < COLUMNS; n++) {
      let at_b = min(col * 4u + n, product.columns - 1u) * inner4;
      for (var k = 0u; k < DEPTH / 4u; k++) {
        let value = select(vec4f(0.0), weight(at_b + min(k0 / 4u + k, inner4 - 1u)), k0 + k * 4u < to);
        let at = k * 4u * COLUMNS + n;
        panel[at] = value.x;
        panel[at + COLUMNS] = value.y;
        panel[at + 2u * COLUMNS] = value.z;
        panel[at + 3u * COLUMNS] = value.w;
      }
    }
    //: end
    //: if not NT
    for (var k = 0u; k < DEPTH; k++) {
      for (var n = 0u; n < VECTORS; n++) {
        let value = select(vec4f(0.0), weight((k0 + k) * columns4 + min(col + n, columns4 - 1u)), k0 + k < to);
        let at = k * COLUMNS + n * 4u;
        panel[at] = value.x;
        panel[at + 1u] = value.y;
        panel[at + 2u] = value.z;
        panel[at + 3u] = value.w;
      }
    }
    //: end
    // Where a lane's quarter of a row lies.
    //: if TN
    //: for q in 0..QUARTER
    let from${q} = min(k0 + ${q*4}u + lane, to - 1u) * a_stride + a_first;
    //: end
    //: end
    //: if not TN
    //: for q in 0..LOADS
    let from${q} = min(k0 / 4u + ${q*4}u + lane, inner4 - 1u) + a_first;
    //: end
    //: end
    for (var row = first; row < last; row++) {
      // x_k: beyond the sum any finite value does, for the panel holds 0 there.
      //: if TN
      //: for q in 0..QUARTER
      let of_quad${q} = quad_values(a[from${q} + row], place);
      //: for l in 0..4
      x[${q*4+l}] = of_quad${q}[${l}];
      //: end
      //: end
      //: end
      //: if not TN
      let row_of_a = row * a_stride;
      //: for q in 0..LOADS
      let a${q} = a[row_of_a + from${q}];
      //: for j in 0..4
      let of_quad${q}_${j} = quad_values(a${q}[${j}], place);
      //: for l in 0..4
      x[${q*16+l*4+j}] = of_quad${q}_${j}[${l}];
      //: end
      //: end
      //: end
      //: end
      let at = row * c_stride + c_first;
      //: for g in 0..GROUPS
      //: for v in 0..2
      var so_far${g}_${v} = vec4f(0.0);
      //: if LONG_PIECES
      if (k0 > begin && col + ${g*2+v}u < columns4) { so_far${g}_${v} = carry[at + ${g*2+v}u]; }
      //: end
      //: if ACCUMULATE
      if (col + ${g*2+v}u < columns4) { so_far${g}_${v} = c[at + ${g*2+v}u]; }
      //: end
      //: if not TN
      //: if not ACCUMULATE
      if (k0 > begin && col + ${g*2+v}u < columns4) { so_far${g}_${v} = c[at + ${g*2+v}u]; }
      //: end
      //: end
      //: for j in 0..4
      let s${g}_0_${v*4+j} = so_far${g}_${v}[${j}];
      //: end
      //: end
      //: for k in 0..DEPTH
      let x${g}_${k} = x[${k}];
      //: for n in 0..8
      let s${g}_${k+1}_${n} = panel[${k*COLUMNS+g*8+n}] * x${g}_${k} + s${g}_${k}_${n};
      //: end
      //: end
      //: for v in 0..2
      let sums${g*2+v} = vec4f(s${g}_${DEPTH}_${v*4}, s${g}_${DEPTH}_${v*4+1}, s${g}_${DEPTH}_${v*4+2}, s${g}_${DEPTH}_${v*4+3});
      //: if TN
      //: if not LONG_PIECES
      if (col + ${g*2+v}u < columns4) { c[at + ${g*2+v}u] += sums${g*2+v}; }
      //: end
      //: end
      //: if not TN
      if (col + ${g*2+v}u < columns4) {
        //: if RESIDUAL
        // One store: on adapters without branches both of an if and an else are run.
        var stored = sums${g*2+v};
        if (k0 + DEPTH >= to) { stored = residual[at + ${g*2+v}u] + stored; }
        c[at + ${g*2+v}u] = stored;
        //: end
        //: if not RESIDUAL
        //: if EPILOGUE
        if (k0 + DEPTH < to) { c[at + ${g*2+v}u] = sums${g*2+v}; }
        //: end
        //: if not EPILOGUE
        c[at + ${g*2+v}u] = sums${g*2+v};
        //: end
        //: end
      }
      //: end
      //: end
      //: end
      // Loops, because adapters without branches run an `if` that no lane takes: once, behind the last panel, or behind
      // any other.
      //: if EPILOGUE
      for (var panels = k0 + DEPTH; panels >= to; panels = 0u) { finish(row, col, sums0, sums1, sums2, sums3); }
      //: end
      //: if LONG_PIECES
      for (var ends = k0 + DEPTH >= to; ends; ends = false) {
        //: for n in 0..VECTORS
        if (col + ${n}u < columns4) { c[at + ${n}u] += sums${n}; }
        //: end
      }
      for (var goes_on = k0 + DEPTH < to; goes_on; goes_on = false) {
        //: for n in 0..VECTORS
        if (col + ${n}u < columns4) { carry[at + ${n}u] = sums${n}; }
        //: end
      }
      //: end
    }
  }
  //: if TN
  }
  //: end
}
