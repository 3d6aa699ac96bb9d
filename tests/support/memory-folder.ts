/** The room of a file system: a write over it fails as in a browser whose storage is full. */
export interface Room {
  bytes: number;
}

/** The part of the browser's own file system that the stores use, in memory. */
export function memoryFolder(room: Room = { bytes: Infinity }): FileSystemDirectoryHandle {
  return new Folder(room) as unknown as FileSystemDirectoryHandle;
}

class Folder {
  readonly kind = 'directory';
  readonly entries = new Map<string, Folder | Entry>();

  constructor(
    readonly room: Room,
    readonly name = '',
    readonly parent?: Folder,
  ) {}

  get size(): number {
    return [...this.entries.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** Bytes that may still be written. */
  get left(): number {
    return this.parent ? this.parent.left : this.room.bytes - this.size;
  }

  async *values(): AsyncGenerator<Folder | Entry> {
    yield* await Promise.resolve([...this.entries.values()]);
  }

  getDirectoryHandle(name: string, { create = false } = {}): Promise<Folder> {
    return this.get(name, create, () => new Folder(this.room, name, this));
  }

  getFileHandle(name: string, { create = false } = {}): Promise<Entry> {
    return this.get(name, create, () => new Entry(this, name));
  }

  removeEntry(name: string): Promise<void> {
    if (!this.entries.delete(name)) return Promise.reject(new DOMException(`${name} not found`, 'NotFoundError'));
    return Promise.resolve();
  }

  private get<T extends Folder | Entry>(name: string, create: boolean, make: () => T): Promise<T> {
    if (name.includes('/')) return Promise.reject(new TypeError('Name is not allowed.'));
    const present = this.entries.get(name) as T | undefined;
    if (!present && !create) return Promise.reject(new Error(`${name} not found`));
    const entry = present ?? make();
    this.entries.set(name, entry);
    return Promise.resolve(entry);
  }
}

class Entry {
  readonly kind = 'file';
  private bytes = new Uint8Array();

  constructor(
    private readonly folder: Folder,
    public name: string,
  ) {}

  get size(): number {
    return this.bytes.byteLength;
  }

  getFile(): Promise<File> {
    return Promise.resolve(new File([this.bytes], this.name));
  }

  move(name: string): Promise<void> {
    this.folder.entries.delete(this.name);
    this.folder.entries.set(name, this);
    this.name = name;
    return Promise.resolve();
  }

  createSyncAccessHandle() {
    return Promise.resolve({
      getSize: () => this.bytes.byteLength,
      truncate: (size: number) => {
        this.bytes = this.bytes.slice(0, size);
      },
      read: (into: Uint8Array, { at = 0 } = {}) => {
        const part = this.bytes.subarray(at, at + into.byteLength);
        into.set(part);
        return part.byteLength;
      },
      write: (part: Uint8Array, { at = 0 } = {}) => {
        const grown = at + part.byteLength - this.bytes.byteLength;
        if (grown > this.folder.left) throw new DOMException('No space left.', 'QuotaExceededError');
        const whole = new Uint8Array(Math.max(this.bytes.byteLength, at + part.byteLength));
        whole.set(this.bytes);
        whole.set(part, at);
        this.bytes = whole;
        return part.byteLength;
      },
      flush: () => undefined,
      close: () => undefined,
    });
  }
}
