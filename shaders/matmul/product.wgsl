// The sizes of a matrix product (matmul*.wgsl). A and C may be some columns of wider matrices: the part of a fused
// projection, or a slice of a vocabulary whose weights do not fit in one binding.

struct Product {
  columns: u32,      // of C
  inner: u32,        // nt, nn: length of the sum; tn: rows of C
  from_targets: u32, // 1: rows are targets, not batch rows
  first_column: u32, // with an epilogue: which column of the vocabulary the first of C is
  a_stride: u32,     // vec4s from a row of A to the next
  a_first: u32,      // vec4s of a row before the first that takes part
  c_stride: u32,     // the same of C and of what is added to it; tn: C is whole
  c_first: u32,
}

@group(0) @binding(4) var<uniform> product: Product;
