// A sum over the rows of a batch in pieces of PIECE_ROWS rows, or of more where there would be over MAX_PIECES of them.
// Prepended to the kernels that write pieces and to reduce.wgsl, which adds them up. The host dispatches by the same
// formula (`pieces` in src/model/ops/sum-pieces.ts).

fn piece_count(rows: u32) -> u32 {
  return clamp((rows + PIECE_ROWS - 1u) / PIECE_ROWS, 1u, MAX_PIECES);
}

// First row of a piece, and one past its last.
fn rows_of_piece(piece: u32, rows: u32) -> vec2u {
  let count = piece_count(rows);
  let length = (rows + count - 1u) / count;
  return vec2u(piece * length, min(piece * length + length, rows));
}
