import { Button } from '@mantine/core';
import { useMemo } from 'react';
import { renderSVG } from 'uqr';
import { download } from '../download.ts';

/** Characters that one QR code can have, at its lowest error correction. */
const MOST_QR = 2900;

interface QrImageProps {
  address: string;
  /** What it is of, in words. */
  alt: string;
  testId: string;
  /** Name of the exported file. */
  fileName: string;
}

/** An address as a QR code, which can be saved as a picture. */
export function QrImage({ address, alt, testId, fileName }: QrImageProps) {
  const svg = useMemo(
    () => (address.length > MOST_QR ? undefined : renderSVG(address, { ecc: 'L', border: 4 })),
    [address],
  );
  if (svg === undefined)
    return <p className="hint">The link is too long for a QR code, which has at most {MOST_QR} characters.</p>;
  return (
    <figure className="share-qr">
      <img alt={alt} data-testid={testId} src={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`} />
      <figcaption className="hint screen-only">
        {address.length > 700 && 'A dense code: show it large. '}
        <Button size="compact-xs" variant="default" onClick={() => download(fileName, svg)}>
          Export SVG
        </Button>
      </figcaption>
    </figure>
  );
}
