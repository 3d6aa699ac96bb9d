/** Whether the people of a workshop can open the address that this page was opened at. */

export interface WorkshopAddress {
  /** Others can open it: it has a QR code. */
  open: boolean;
  /** What to know or to do. */
  note?: string;
}

const HOSTED = 'Serve the built studio on a web host, over https (docs/publishing.md), and open this page there.';

/** Addresses of this machine alone. */
const isOwn = (hostname: string): boolean =>
  /^(?:localhost|.*\.localhost|127(?:\.\d+){3}|0\.0\.0\.0|\[::1?\])$/.test(hostname);

export function workshopAddress({ protocol, hostname }: Pick<Location, 'protocol' | 'hostname'>): WorkshopAddress {
  if (!/^https?:$/.test(protocol) || isOwn(hostname))
    return { open: false, note: `No QR code: only this machine can open this address. ${HOSTED}` };
  // Browsers give WebGPU to secure contexts alone: others can read and watch, but not train.
  if (protocol === 'http:')
    return {
      open: true,
      note: `Over http, browsers have no WebGPU: others can read lessons and play recordings, but not train. ${HOSTED}`,
    };
  return { open: true };
}
