/**
 * Layouts of records shared by kernels and the host. One table of fields generates both sides: the WGSL struct, and the
 * offsets, readers and writers that TypeScript uses, so that no offset is written twice.
 *
 * Fields are scalars of 4 bytes: such a struct has no padding in any address space, and field n is word n. Vectors,
 * which WGSL aligns to 8 or 16 bytes, are refused; no record needs one.
 */

export type Scalar = 'f32' | 'u32' | 'i32';

/** A field's type, or its type and its meaning (unit, range), which becomes a comment of the WGSL struct. */
export type Field = Scalar | readonly [type: Scalar, comment: string];

/** Fields in their order in memory. Names are camel case here and snake case in WGSL: `logRatio` is `log_ratio`. */
export type Fields = Readonly<Record<string, Field>>;

export type Values<F extends Fields> = Record<keyof F & string, number>;

const SCALARS: readonly string[] = ['f32', 'u32', 'i32'] satisfies Scalar[];

/** `logRatio` as `log_ratio`. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** WGSL constants: `{ dualClipped: 2 }` as `const DUAL_CLIPPED = 2u;`, with `prefix` and `_` in front when given. */
export function wgslConstants(values: Readonly<Record<string, number>>, prefix = ''): string {
  return Object.entries(values)
    .map(([name, value]) => `const ${prefix && `${prefix}_`}${snakeCase(name).toUpperCase()} = ${value}u;\n`)
    .join('');
}

export class Struct<F extends Fields> {
  /** 32-bit words and bytes of one record. */
  readonly words: number;
  readonly bytes: number;
  /** The WGSL struct, with the fields' comments; ends with a newline. */
  readonly wgsl: string;
  /** Word of each field. */
  readonly offset: Readonly<Values<F>>;
  /** Type of each field. */
  readonly type: Readonly<Record<keyof F & string, Scalar>>;
  readonly names: readonly (keyof F & string)[];

  constructor(
    readonly name: string,
    fields: F,
  ) {
    const entries = Object.entries(fields).map(([field, entry]): [string, Scalar, string] =>
      typeof entry === 'string' ? [field, entry, ''] : [field, entry[0], entry[1]],
    );
    if (entries.length === 0) throw new Error(`struct ${name}: a WGSL struct has a field at least`);
    for (const [field, type, comment] of entries) {
      if (!/^[a-z][A-Za-z0-9]*$/.test(field)) throw new Error(`struct ${name}: ${field} is not a camel-case name`);
      if (!SCALARS.includes(type))
        throw new Error(`struct ${name}: ${field} is ${type}; expected a scalar of 4 bytes: ${SCALARS.join(', ')}`);
      if (/[\n{}]/.test(comment)) throw new Error(`struct ${name}: the comment of ${field} is not one plain line`);
    }
    this.names = entries.map(([field]) => field);
    this.words = entries.length;
    this.bytes = entries.length * 4;
    this.offset = Object.fromEntries(entries.map(([field], word) => [field, word])) as Values<F>;
    this.type = Object.fromEntries(entries.map(([field, type]) => [field, type])) as Record<keyof F & string, Scalar>;
    const lines = entries.map(
      ([field, type, comment]) => `  ${snakeCase(field)}: ${type},${comment && ` // ${comment}`}\n`,
    );
    this.wgsl = `struct ${name} {\n${lines.join('')}}\n`;
  }

  /** Records over existing memory. @param source its bytes are shared, not copied */
  over(source: ArrayBuffer | ArrayBufferView<ArrayBuffer>): StructArray<F> {
    return ArrayBuffer.isView(source)
      ? new StructArray(this, source.buffer, source.byteOffset, source.byteLength)
      : new StructArray(this, source, 0, source.byteLength);
  }

  /** `length` new records, all 0. */
  array(length: number): StructArray<F> {
    return this.over(new ArrayBuffer(length * this.bytes));
  }

  /** The words of one record, for a uniform. Fields that are left out are 0. */
  pack(values: Partial<Values<F>>): Uint32Array<ArrayBuffer> {
    const one = this.array(1);
    one.set(0, { ...this.zero(), ...values });
    return one.u32;
  }

  private zero(): Values<F> {
    return Object.fromEntries(this.names.map((name) => [name, 0])) as Values<F>;
  }
}

/**
 * Records of one struct, stored contiguously. `number` is the reader for single fields; loops over many records may
 * index `f32` and `u32` themselves, at `index * struct.words + struct.offset.field`.
 */
export class StructArray<F extends Fields> {
  /** The same memory as words of each type. */
  readonly f32: Float32Array<ArrayBuffer>;
  readonly u32: Uint32Array<ArrayBuffer>;
  readonly i32: Int32Array<ArrayBuffer>;
  /** Number of whole records. */
  readonly length: number;

  constructor(
    readonly struct: Struct<F>,
    buffer: ArrayBuffer,
    byteOffset: number,
    byteLength: number,
  ) {
    const words = Math.floor(byteLength / 4);
    this.f32 = new Float32Array(buffer, byteOffset, words);
    this.u32 = new Uint32Array(buffer, byteOffset, words);
    this.i32 = new Int32Array(buffer, byteOffset, words);
    this.length = Math.floor(words / struct.words);
  }

  /** One field of one record; NaN beyond the end. */
  number(index: number, field: keyof F & string): number {
    const { struct } = this;
    return this[struct.type[field]][index * struct.words + struct.offset[field]] ?? NaN;
  }

  setNumber(index: number, field: keyof F & string, value: number): void {
    const { struct } = this;
    this[struct.type[field]][index * struct.words + struct.offset[field]] = value;
  }

  /** All fields of one record. */
  get(index: number): Values<F> {
    return Object.fromEntries(this.struct.names.map((name) => [name, this.number(index, name)])) as Values<F>;
  }

  set(index: number, values: Values<F>): void {
    for (const name of this.struct.names) this.setNumber(index, name, values[name]);
  }
}

/**
 * @param name of the WGSL struct
 * @param fields in their order in memory
 * @throws Error for a field that is not a scalar of 4 bytes, a name that is not camel case, or no fields: a defect
 */
export function defineStruct<const F extends Fields>(name: string, fields: F): Struct<F> {
  return new Struct(name, fields);
}
