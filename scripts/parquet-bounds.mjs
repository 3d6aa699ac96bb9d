/**
 * Bounds that the packages which decode Parquet lack: what `patch-packages.mjs` replaces in their files, as
 * `[found, replacement, occurrences]`. A damaged or hostile page otherwise loops without end, or fills memory until the
 * tab or the process dies.
 */

/** Values of a page, and bytes of one when decompressed. An array of more values is a hash table in V8. */
const MOST_VALUES = '(1 << 25)';
const MOST_BYTES = '2 ** 29';

const HYPARQUET = {
  'src/encoding.js': [
    [
      '  const startOffset = reader.offset\n  let seen = 0\n',
      '  if (!(width <= 32)) throw new Error(`parquet bit width ${width}, expected at most 32`)\n' +
        '  const startOffset = reader.offset\n  let seen = 0\n',
    ],
    // Writes past the output.
    [
      '      const count = header >>> 1\n      readRle(',
      '      const count = header >>> 1\n' +
        '      if (count > output.length - seen) {\n' +
        '        throw new Error(`parquet run of ${count} values, expected at most ${output.length - seen}`)\n' +
        '      }\n      readRle(',
    ],
    // A negative count never reaches 0. The last run is padded to 8 values.
    [
      'let count = header >> 1 << 3 // values to read',
      'let count = Math.min((header >>> 1) * 8, output.length - seen) // values to read',
    ],
    [
      '  const bytes = new Uint8Array(count * width)\n',
      "  if (count * width > reader.view.byteLength - reader.offset) throw new Error('parquet values exceed page')\n" +
        '  const bytes = new Uint8Array(count * width)\n',
    ],
  ],
  'src/thrift.js': [
    [
      '    shift += 7\n',
      "    shift += 7\n    if (shift > 63) throw new Error('parquet integer of more than 10 bytes')\n",
    ],
    // A bigint of megabytes takes quadratic time.
    [
      '    shift += 7n\n',
      "    shift += 7n\n    if (shift > 63n) throw new Error('parquet integer of more than 10 bytes')\n",
    ],
    // Each level of nested lists allocates its own.
    [
      '    const values = new Array(listSize)\n',
      '    if (!(listSize >= 0 && listSize <= reader.view.byteLength - reader.offset)) {\n' +
        '      throw new Error(`thrift list of ${listSize} elements exceeds its bytes`)\n    }\n' +
        '    const values = new Array(listSize)\n',
    ],
  ],
  'src/column.js': [
    // A page without a size sets the reader to NaN, where it reads the same byte without end.
    [
      '  return {\n    type,\n    uncompressed_page_size,\n',
      '  checkPage(uncompressed_page_size, compressed_page_size,\n' +
        '    data_page_header ?? data_page_header_v2 ?? dictionary_page_header, data_page_header_v2)\n\n' +
        '  return {\n    type,\n    uncompressed_page_size,\n',
    ],
    [
      '/**\n * @param {any} stats thrift Statistics struct\n',
      '/** @throws {Error} for sizes and counts that a page cannot have */\n' +
        'function checkPage(uncompressed, compressed, header, v2) {\n' +
        '  const inRange = (value, most) => Number.isInteger(value) && value >= 0 && value <= most\n' +
        "  const said = value => typeof value === 'number' ? value : '?'\n" +
        `  if (!inRange(compressed, ${MOST_BYTES}) || !inRange(uncompressed, ${MOST_BYTES})) {\n` +
        '    throw new Error(`parquet page of ${said(compressed)} bytes, ${said(uncompressed)} decompressed`)\n  }\n' +
        `  if (header && !inRange(header.num_values, ${MOST_VALUES})) {\n` +
        '    throw new Error(`parquet page of ${said(header.num_values)} values`)\n  }\n' +
        '  if (!v2) return\n' +
        '  if (!inRange(v2.num_nulls, v2.num_values) || !inRange(v2.num_rows, v2.num_values)) {\n' +
        '    throw new Error(`parquet page of ${v2.num_values} values, ${said(v2.num_nulls)} null, ` +\n' +
        '      `${said(v2.num_rows)} rows`)\n  }\n' +
        '  const repetition = v2.repetition_levels_byte_length\n' +
        '  const definition = v2.definition_levels_byte_length\n' +
        '  const most = Math.min(compressed, uncompressed)\n' +
        '  if (!inRange(repetition, most) || !inRange(definition, most - repetition)) {\n' +
        '    throw new Error(`parquet levels of ${said(repetition)} and ${said(definition)} bytes exceed page`)\n' +
        '  }\n' +
        '}\n\n' +
        '/**\n * @param {any} stats thrift Statistics struct\n',
    ],
  ],
  'src/convert.js': [
    // Indices became null, or values of their own.
    [
      '      output[i] = dictionary[data[i]]\n',
      '      const index = data[i]\n' +
        '      if (!(index >= 0 && index < dictionary.length)) {\n' +
        '        throw new Error(`parquet index ${index} of a dictionary of ${dictionary.length} values`)\n      }\n' +
        '      output[i] = dictionary[index]\n',
    ],
    [
      '    return output\n  } else {\n    return convert(data, columnDecoder)\n',
      '    return output\n' +
        "  } else if (data.length && encoding.endsWith('_DICTIONARY')) {\n" +
        "    throw new Error('parquet dictionary page missing')\n" +
        '  } else {\n    return convert(data, columnDecoder)\n',
    ],
    // Takes quadratic time; decimals of 76 digits have 32 bytes.
    [
      '  if (!bytes.length) return 0\n',
      '  if (!bytes.length) return 0\n' +
        '  if (bytes.length > 32) throw new Error(`parquet decimal of ${bytes.length} bytes`)\n',
    ],
  ],
  // A rejection that nothing observes ends a process of Node.
  'src/rowgroup.js': [
    [
      '  // read column data\n  for (const chunk of groupPlan.chunks) {\n',
      '  // throws before any column is read\n' +
        '  for (const { columnMetadata } of groupPlan.chunks) {\n' +
        '    getTreePath(schemaTree, columnMetadata.path_in_schema)\n  }\n\n' +
        '  // read column data\n  for (const chunk of groupPlan.chunks) {\n',
    ],
    [
      '  return {\n    groupStart: groupPlan.groupStart,\n',
      '  for (const { data } of asyncColumns) data.catch(() => {})\n\n' +
        '  return {\n    groupStart: groupPlan.groupStart,\n',
    ],
  ],
  'src/plan.js': [
    [
      '  const promises = fetches.map(({ startByte, endByte }) => file.slice(startByte, endByte))\n',
      '  const promises = fetches.map(({ startByte, endByte }) => file.slice(startByte, endByte))\n' +
        '  for (const promise of promises) if (promise instanceof Promise) promise.catch(() => {})\n',
    ],
  ],
  'src/delta.js': [
    // A negative number of miniblocks, or of their values, moves the reader back, to the same block again.
    [
      '  const valuesPerMiniblock = blockSize / miniblockPerBlock\n',
      '  const valuesPerMiniblock = blockSize / miniblockPerBlock\n' +
        '  if (count > 1 && !(miniblockPerBlock > 0 && miniblockPerBlock <= reader.view.byteLength &&\n' +
        '    valuesPerMiniblock > 0 && Number.isInteger(valuesPerMiniblock))) {\n' +
        '    throw new Error(`parquet delta block of ${blockSize} values in ${miniblockPerBlock} miniblocks`)\n  }\n',
      2,
    ],
    // Each value may be as long as the one before: their sum grows quadratically.
    [
      '  deltaBinaryUnpack(reader, count, suffixData)\n\n  for (let i = 0; i < count; i++) {\n',
      '  deltaBinaryUnpack(reader, count, suffixData)\n\n  let total = 0\n  for (let i = 0; i < count; i++) {\n' +
        '    total += prefixData[i]\n' +
        `    if (!(prefixData[i] >= 0 && prefixData[i] <= (i && output[i - 1].length) && total <= ${MOST_BYTES})) {\n` +
        '      throw new Error(`parquet delta prefix of ${prefixData[i]} bytes`)\n    }\n',
    ],
  ],
  'src/alp.js': [
    // Vectors may share their bytes: exceptions without a bound take quadratic time.
    [
      '    const numExceptions = view.getUint16(reader.offset, true)\n',
      '    const numExceptions = view.getUint16(reader.offset, true)\n' +
        '    if (numExceptions > n) throw new Error(`ALP ${numExceptions} exceptions of ${n} values`)\n',
      2,
    ],
  ],
  'src/snappy.js': [
    // A length of 4 bytes is negative from 2 ** 31 on, and moves the reader back.
    ['len = (len & WORD_MASK[lengthSize]) + 1', 'len = ((len & WORD_MASK[lengthSize]) >>> 0) + 1'],
    ['if (offset === 0 || isNaN(offset)) {', 'if (!(offset > 0)) {'],
  ],
};

const COMPRESSORS = {
  'src/compressors.js': [
    [
      '  ZSTD: input => decompressZstd(input),\n',
      '  ZSTD: (input, length) => decompressZstd(input, undefined, length),\n',
    ],
  ],
  'src/lz4.js': [
    // Negative lengths move the reader back.
    [
      'const expectedOutputLength = input[i++] << 24 | input[i++] << 16 | input[i++] << 8 | input[i++]\n',
      'const expectedOutputLength = (input[i++] << 24 | input[i++] << 16 | input[i++] << 8 | input[i++]) >>> 0\n',
    ],
    [
      'const expectedInputLength = input[i++] << 24 | input[i++] << 16 | input[i++] << 8 | input[i++]\n',
      'const expectedInputLength = (input[i++] << 24 | input[i++] << 16 | input[i++] << 8 | input[i++]) >>> 0\n',
    ],
    [
      '    lz4basic(input, output, 0)\n  }\n',
      "    if (lz4basic(input, output, 0) !== outputLength) throw new Error('lz4 output of another length')\n  }\n",
    ],
    [
      '  lz4basic(input, output, 0)\n  return output\n',
      "  if (lz4basic(input, output, 0) !== outputLength) throw new Error('lz4 output of another length')\n" +
        '  return output\n',
    ],
    [
      '    const end = len + matchLength\n',
      '    const end = len + matchLength\n    if (!(end <= output.length)) return -1\n',
    ],
  ],
  'src/gzip.js': [
    // Without a header, a second member began at the start of the first, again and again.
    [
      '  const payloadStart = gzipStart(input, inputIndex)\n',
      '  const payloadStart = gzipStart(input, inputIndex)\n' +
        "  if (inputIndex && payloadStart <= inputIndex) throw new Error('gzip header missing')\n",
    ],
    [
      "        if (outputIndex < dt) throw new Error('unexpected dictionary case')\n",
      "        if (outputIndex < dt) throw new Error('unexpected dictionary case')\n" +
        "        if (output && end > out.length) throw new Error('gzip output exceeds its length')\n",
    ],
    [
      '    const nextBlock = Math.ceil(pos / 8) + 8 // 8 byte gzip footer\n',
      '    const nextBlock = Math.ceil(pos / 8) + 8 // 8 byte gzip footer\n' +
        "    if (output && nextBlock >= input.length) throw new Error('unexpected EOF')\n",
    ],
  ],
  'src/brotli.js': [
    [
      '      // We need to grow the output buffer to fit the additional data\n' +
        '      const tmp = new Uint8Array( pos + meta_block_remaining_len )\n' +
        '      tmp.set( output.buffer )\n      output.buffer = tmp\n',
      "      throw new Error('brotli output exceeds its length')\n",
    ],
  ],
  'src/brotli.bitreader.js': [
    // The bits that are left wrapped around to 2 ** 32, and the end of the input was not noticed.
    [
      '    while (this.bit_pos_ >= 8) {\n',
      "    while (this.bit_pos_ >= 8) {\n      if (this.bit_end_pos_ < 8) throw new Error('Unexpected end of input')\n",
    ],
  ],
};

const FZSTD = {
  'esm/index.mjs': [
    ['export function decompress(dat, buf) {\n', 'export function decompress(dat, buf, most) {\n'],
    ['        var st = rzfh(dat, nb || buf);\n', '        var st = rzfh(dat, nb || buf, most);\n'],
    ['var rzfh = function (dat, w) {\n', 'var rzfh = function (dat, w, most) {\n'],
    [
      '        if (ws > 2145386496)\n            err(1);\n',
      '        if (ws > 2145386496)\n            err(1);\n' +
        "        if (fss > most)\n            err(0, 'zstd output exceeds its length');\n" +
        // Every block moves the whole window.
        '        if (ws > most)\n            ws = most;\n',
    ],
    [
      '                    ol += blk.length;\n                    cpw(',
      '                    ol += blk.length;\n' +
        "                    if (ol > most)\n                        err(0, 'zstd output exceeds its length');\n" +
        '                    cpw(',
    ],
    // 97,000 sequences of 131,000 bytes in a block of a few bytes.
    [
      '                for (var i = 0; i < ll; ++i) {\n                    buf[oubt + i] = buf[spl + i];\n',
      '                if (oubt + ll + ml > buf.length)\n                    err(0);\n' +
        '                for (var i = 0; i < ll; ++i) {\n                    buf[oubt + i] = buf[spl + i];\n',
    ],
  ],
};

/** By package: the version that the edits are for, and the edits of each file. */
export const PARQUET_BOUNDS = [
  { name: 'hyparquet', version: '1.33.0', files: HYPARQUET },
  { name: 'hyparquet-compressors', version: '1.1.2', files: COMPRESSORS },
  { name: 'fzstd', version: '0.1.1', files: FZSTD },
];
