/** Milliseconds for the browser to begin reading what is saved. */
const READ_MS = 60_000;

/** Hands data to the browser as a file to save. */
export function download(name: string, ...parts: (string | Uint8Array<ArrayBuffer>)[]): void {
  const address = URL.createObjectURL(new Blob(parts, { type: 'application/octet-stream' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), READ_MS);
}
