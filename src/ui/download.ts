/** Milliseconds for the browser to start reading the saved data. */
const READ_MS = 60_000;

/** Saves data as a file through the browser. */
export function download(name: string, ...parts: (string | Blob | Uint8Array<ArrayBuffer>)[]): void {
  const address = URL.createObjectURL(new Blob(parts, { type: 'application/octet-stream' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), READ_MS);
}
