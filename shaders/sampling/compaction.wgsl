// Compacts the rows of a generating batch after sequences end, keeping the order, and counts the remaining ones:
// `dims.rows` shrinks, so that no later round computes an ended sequence. One workgroup, in place: each thread holds
// its row in registers before the chunk is written, and rows only move towards the front.

const CHUNK = 256u;

@group(0) @binding(0) var<storage, read_write> dims: Dims;
@group(0) @binding(1) var<storage, read_write> rows: array<Row>;
@group(0) @binding(2) var<storage, read_write> slots: array<Slot>;

var<workgroup> living: array<u32, CHUNK>;
var<workgroup> total: u32;

@compute @workgroup_size(CHUNK)
fn compact(@builtin(local_invocation_index) local: u32) {
  if (local == 0u) { total = dims.rows; }
  // Provably uniform for the compiler, so that barriers are allowed in the loop.
  let count = workgroupUniformLoad(&total);
  var kept = 0u;
  for (var first = 0u; first < count; first += CHUNK) {
    let n = first + local;
    var row: Row;
    var slot: Slot;
    var lives = 0u;
    if (n < count) {
      row = rows[n];
      slot = slots[n];
      lives = 1u - row.start;
    }
    // Inclusive prefix sums (Hillis and Steele, CACM 29(12), 1986).
    living[local] = lives;
    workgroupBarrier();
    for (var reach = 1u; reach < CHUNK; reach *= 2u) {
      var before = 0u;
      if (local >= reach) { before = living[local - reach]; }
      workgroupBarrier();
      living[local] += before;
      workgroupBarrier();
    }
    if (lives == 1u) {
      let place = kept + living[local] - 1u;
      rows[place] = row;
      slots[place] = slot;
    }
    kept += living[CHUNK - 1u];
    storageBarrier();
    workgroupBarrier();
  }
  if (local == 0u) {
    dims.rows = kept;
    dims.sequences = kept;
  }
}
