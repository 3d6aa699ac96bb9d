// The left operand of a matrix product (matmul.wgsl, matmul-tiled.wgsl): f32, or HALF: rounded to f16
// (f16-operands.wgsl), as is the right one, with sums in f32. A product of two f16 numbers is exact in f32.
//
// f16 rows were scaled by a power of two, which is undone: for nt and nn after the sum, as a row of A is a row of C;
// for tn, whose sum runs over the rows, in every term. Constants: HALF, ROW_SCALE (the binding of the factors), RIGHT
// (tn: offset of B's factors).

//: if HALF
enable f16;
alias Operand = f16;
alias Operands = vec4h;

@group(0) @binding(1) var<storage, read> a: array<vec4h>;
@group(0) @binding(${ROW_SCALE}) var<storage, read> row_scale: array<f32>;

//: if TN
fn term_scale(t: u32) -> f32 { return row_scale[t] * row_scale[RIGHT + t]; }
//: end
//: if not TN
fn scale_row(row: u32, sum: vec4f) -> vec4f { return sum * row_scale[row]; }
// The value of C as a partial sum to continue. The reciprocal of a power of two is exact by its bits, not by division.
fn unscale_row(row: u32, value: vec4f) -> vec4f { return value * bitcast<f32>(0x7f000000u - bitcast<u32>(row_scale[row])); }
//: end
//: end
//: if not HALF
alias Operand = f32;
alias Operands = vec4f;

@group(0) @binding(1) var<storage, read> a: array<vec4f>;

//: if not TN
fn scale_row(row: u32, sum: vec4f) -> vec4f { return sum; }
fn unscale_row(row: u32, value: vec4f) -> vec4f { return value; }
//: end
//: end

// Elements 4 i to 4 i + 3 of A.
fn left(i: u32) -> vec4f { return vec4f(a[i]); }
