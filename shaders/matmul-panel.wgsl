// Matrix products for adapters whose lanes compute in step and load one by one (SwiftShader): few loads, long chains of multiply-adds.
//
// Same products and order of summation as matmul.wgsl. Four lanes (a quad) own 4 x COLUMNS columns of C. They keep a panel of B, DEPTH
// terms of the sum by their columns, in private memory, and go down the rows: of a row, each lane loads a quarter of the DEPTH
// values of A and hands them to the others. Where the sum is longer than DEPTH, C itself carries it from panel to panel.
//
// Why it looks like this: there a load costs as much as 20 multiply-adds a component, whatever it loads, so each value of A is used by
// 4 x COLUMNS columns. Values that were handed on (quad.wgsl) wait for their turn in private memory, which with indices known to the
// compiler is as good as registers are when there are none left. Sums run over 8 columns at a time, for that is what the registers hold;
// `p * x + s` needs no copies in two-operand machine code.
// Constants: NT / NN / TN, DEPTH, QUARTER = DEPTH / 4, LOADS = ceil(DEPTH / 16), ROOM = 16 LOADS, COLUMNS, VECTORS = COLUMNS / 4,
// GROUPS = COLUMNS / 8, PANEL = DEPTH COLUMNS.

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

@compute @workgroup_size(4)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let columns4 = product.columns / 4u;
  let inner4 = product.inner / 4u;
  let batch_rows = select(dims.rows, dims.targets, product.from_targets == 1u);
  let col = (group.x * 4u + lane) * VECTORS;
  //: if TN
  let out_rows = product.inner;
  let piece = (batch_rows + groups.z - 1u) / groups.z;
  let begin = group.z * piece;
  let to = min(begin + piece, batch_rows);
  let base = group.z * product.inner * columns4;
  //: end
  //: if not TN
  let out_rows = batch_rows;
  let begin = 0u;
  let to = product.inner;
  let base = 0u;
  //: end
  let share = (out_rows + groups.y - 1u) / groups.y;
  let first = group.y * share;
  let last = min(first + share, out_rows);
  let place = quad_lane(lane);
  var panel: array<f32, PANEL>; // [DEPTH][COLUMNS]
  var x: array<f32, ROOM>;
  // A piece without rows still has its zeros to write: hence at least one panel.
  for (var k0 = begin; k0 < max(to, begin + 1u); k0 += DEPTH) {
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
    for (var row = first; row < last; row++) {
      // x_k: beyond the sum any finite value does, for the panel holds 0 there.
      //: if TN
      //: for q in 0..QUARTER
      let of_quad${q} = quad_values(a[(min(k0 + ${q*4}u + lane, to - 1u) * product.a_stride + product.a_first) * 4u + row], place);
      //: for l in 0..4
      x[${q*4+l}] = of_quad${q}[${l}];
      //: end
      //: end
      //: end
      //: if not TN
      //: for q in 0..LOADS
      let a${q} = a[row * product.a_stride + product.a_first + min(k0 / 4u + ${q*4}u + lane, inner4 - 1u)];
      //: for j in 0..4
      let of_quad${q}_${j} = quad_values(a${q}[${j}], place);
      //: for l in 0..4
      x[${q*16+l*4+j}] = of_quad${q}_${j}[${l}];
      //: end
      //: end
      //: end
      //: end
      //: if TN
      let at = base + row * columns4 + col;
      //: end
      //: if not TN
      let at = row * product.c_stride + product.c_first + col;
      //: end
      //: for g in 0..GROUPS
      //: for v in 0..2
      var so_far${g}_${v} = vec4f(0.0);
      //: if ACCUMULATE
      if (col + ${g*2+v}u < columns4) { so_far${g}_${v} = c[at + ${g*2+v}u]; }
      //: end
      //: if not ACCUMULATE
      if (k0 > begin && col + ${g*2+v}u < columns4) { so_far${g}_${v} = c[at + ${g*2+v}u]; }
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
      if (col + ${g*2+v}u < columns4) {
        let sum = vec4f(s${g}_${DEPTH}_${v*4}, s${g}_${DEPTH}_${v*4+1}, s${g}_${DEPTH}_${v*4+2}, s${g}_${DEPTH}_${v*4+3});
        //: if RESIDUAL
        // One store: on adapters without branches both of an if and an else are run.
        var stored = sum;
        if (k0 + DEPTH >= to) { stored = residual[at + ${g*2+v}u] + sum; }
        c[at + ${g*2+v}u] = stored;
        //: end
        //: if not RESIDUAL
        //: if EPILOGUE
        if (k0 + DEPTH < to) { c[at + ${g*2+v}u] = sum; }
        //: end
        //: if not EPILOGUE
        c[at + ${g*2+v}u] = sum;
        //: end
        //: end
      }
      //: end
      //: end
      //: if EPILOGUE
      // A loop, because adapters without branches run an `if` that no lane takes: once, behind the last panel.
      for (var panels = k0 + DEPTH; panels >= to; panels = 0u) {
        finish(row, col, vec4f(s0_${DEPTH}_0, s0_${DEPTH}_1, s0_${DEPTH}_2, s0_${DEPTH}_3), vec4f(s0_${DEPTH}_4, s0_${DEPTH}_5, s0_${DEPTH}_6, s0_${DEPTH}_7), vec4f(s1_${DEPTH}_0, s1_${DEPTH}_1, s1_${DEPTH}_2, s1_${DEPTH}_3), vec4f(s1_${DEPTH}_4, s1_${DEPTH}_5, s1_${DEPTH}_6, s1_${DEPTH}_7));
      }
      //: end
    }
  }
}
