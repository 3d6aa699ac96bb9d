/** Cuts the elements out of a JSON list as its bytes arrive, so that the whole file is never in memory. */

/** The bytes of an element, or undefined if it is too long. */
export interface JsonElement {
  bytes: Uint8Array[] | undefined;
  /** Line on which it begins. */
  line: number;
}

const [QUOTE, BACKSLASH, COMMA, LINE_FEED] = [0x22, 0x5c, 0x2c, 10];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];
const isBlank = (byte: number) => byte === 32 || (byte >= 9 && byte <= 13);

/** What is not JSON outside of the list's elements. */
export class JsonFlaw extends Error {}

export class JsonElements {
  /** Field of the outermost object that has the list; undefined if the list is outermost. */
  field: string | undefined;
  /** Names of the outermost object's fields, in order; at most 20. */
  readonly fields: string[] = [];
  line = 1;
  /** What is still open at the end of the file. */
  open: 'nothing' | 'element' | 'list' = 'nothing';

  private depth = 0;
  private inText = false;
  private escaped = false;
  /** Depth of the list's elements while inside of a list; 0 outside. */
  private elementDepth = 0;
  private parts: Uint8Array[] | undefined = [];
  private size = 0;
  private elementLine = 0;
  /** The last text at depth 1 of an outermost object: the name of a field. */
  private name: number[] | undefined;
  private lastName = '';
  private afterColon = false;
  private outermost: 'list' | 'object' | undefined;
  private closed = false;

  constructor(private readonly largest: number) {}

  /**
   * The elements that end in a piece of the file.
   *
   * @throws JsonFlaw where the outside of the list is not JSON
   */
  *push(bytes: Uint8Array): Generator<JsonElement> {
    /** Where the part of the current element in this piece begins; -1 between elements. */
    let start = this.open === 'element' ? 0 : -1;
    for (let at = 0; at < bytes.byteLength; at++) {
      const byte = bytes[at] ?? 0;
      if (byte === LINE_FEED) this.line += 1;
      if (this.inText) {
        this.inside(byte);
        continue;
      }
      if (isBlank(byte)) continue;
      const within = this.elementDepth > 0 && this.depth === this.elementDepth;
      if (within && (byte === COMMA || byte === CLOSE_LIST)) {
        if (start >= 0) yield this.finish(bytes.subarray(start, at));
        start = -1;
        if (byte === COMMA) continue;
        this.depth -= 1;
        this.elementDepth = 0;
        this.open = this.depth > 0 ? 'list' : 'nothing';
        this.closed = this.depth === 0;
        continue;
      }
      if (within && start < 0) {
        start = at;
        this.open = 'element';
        this.elementLine = this.line;
      }
      this.outside(byte);
    }
    if (start >= 0) this.keep(bytes.slice(start));
  }

  /** What is left of an element that the file ends in. */
  rest(): JsonElement {
    return this.finish(new Uint8Array());
  }

  private inside(byte: number): void {
    this.name?.push(byte);
    if (this.escaped) this.escaped = false;
    else if (byte === BACKSLASH) this.escaped = true;
    else if (byte === QUOTE) {
      this.inText = false;
      if (!this.name) return;
      this.lastName = nameOf(this.name);
      this.name = undefined;
    }
  }

  private outside(byte: number): void {
    if (this.closed) throw new JsonFlaw('expected the end of the file after the list, found more');
    const top = this.outermost === 'object' && this.depth === 1 && this.elementDepth === 0;
    switch (byte) {
      case QUOTE:
        this.inText = true;
        if (top && !this.afterColon) this.name = [];
        break;
      case OPEN_LIST:
      case OPEN_OBJECT:
        this.openAt(byte, top);
        break;
      case CLOSE_LIST:
      case CLOSE_OBJECT:
        // Belongs to an element that is not JSON.
        if (this.elementDepth > 0 && this.depth === this.elementDepth) break;
        this.depth -= 1;
        if (this.depth === 0) {
          this.closed = true;
          this.open = 'nothing';
        }
        break;
      case COMMA:
        if (top) this.afterColon = false;
        break;
      case 0x3a: // a colon
        if (!top || this.afterColon) break;
        this.afterColon = true;
        if (this.fields.length < 20) this.fields.push(this.lastName);
        break;
      default:
        if (this.outermost === undefined) throw new JsonFlaw('expected a list of objects');
    }
  }

  private openAt(byte: number, top: boolean): void {
    this.depth += 1;
    if (this.outermost === undefined) {
      this.outermost = byte === OPEN_LIST ? 'list' : 'object';
      this.open = 'list';
      if (byte === OPEN_LIST) this.elementDepth = 1;
    } else if (top && byte === OPEN_LIST) {
      this.elementDepth = 2;
      this.field = this.lastName;
    }
  }

  private keep(part: Uint8Array): void {
    this.size += part.byteLength;
    if (this.size > this.largest) this.parts = undefined;
    this.parts?.push(part);
  }

  private finish(part: Uint8Array): JsonElement {
    this.keep(part);
    const element = { bytes: this.parts, line: this.elementLine };
    this.parts = [];
    this.size = 0;
    this.open = 'list';
    return element;
  }
}

function nameOf(bytes: number[]): string {
  const text = new TextDecoder().decode(Uint8Array.from(bytes.slice(0, -1)));
  try {
    return String(JSON.parse(`"${text}"`));
  } catch {
    return text;
  }
}
