// The sizes of a matrix product (matmul*.wgsl); the struct ProductSizes is in src/model/records.ts.

@group(0) @binding(4) var<uniform> product: ProductSizes;
