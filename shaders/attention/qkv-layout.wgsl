// The layout of qkv's rows: H query heads, G key heads, G value heads, each padded to E4 vec4s. Prepended to the
// kernels of attention, of its cache and of its heads' norms.

const QKV4 = (H + 2u * G) * E4;
const O4 = H * E4; // a row of attended heads
const KEYS_VALUES4 = 2u * G * E4; // a row of the cache
const HEADS_PER_GROUP = H / G;
