import './share.css';
import { Button, Checkbox, Group, NativeSelect, Textarea } from '@mantine/core';
import { useMemo, useState } from 'react';
import { renderSVG } from 'uqr';
import { MOST_LINK } from '../../sharing/link.ts';
import { useRecipeView } from '../../store/recipe-view.ts';
import { useShareDialog, type ToShare } from '../../store/share-dialog.ts';
import { fileNameOf } from '../../run/run-name.ts';
import { download } from '../download.ts';
import { Dialog } from '../Dialog.tsx';
import { linkOf, VIEWS, type ViewChoice } from './share-choices.ts';

/** Characters that one QR code can have, at its lowest error correction. */
const MOST_QR = 2900;

/** A recipe as a link: what it carries, its length, and a QR code of it. */
export function ShareDialog() {
  const { sharing, close } = useShareDialog();
  if (!sharing) return null;
  return (
    <Dialog opened onClose={close} title="Share a link" size="lg">
      <ShareForm what={sharing} />
    </Dialog>
  );
}

function ShareForm({ what }: { what: ToShare }) {
  const fields = useRecipeView(({ view }) => view);
  const [view, setView] = useState<ViewChoice>(fields === 'advanced' ? 'advanced' : '');
  const [curves, setCurves] = useState(true);
  const [copied, setCopied] = useState('');
  const { address, carries, leftOut } = useMemo(
    () => linkOf(what, view, curves, location.origin + location.pathname),
    [what, view, curves],
  );
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(address);
      setCopied('Link copied.');
    } catch {
      setCopied('This browser refuses access to the clipboard: select the link and copy it.');
    }
  };
  return (
    <>
      <div className="share-choices">
        <NativeSelect
          size="xs"
          label="Opens"
          value={view}
          data={[...VIEWS]}
          onChange={(event) => setView(event.currentTarget.value as ViewChoice)}
        />
        {what.run && (
          <Checkbox
            size="xs"
            label="Curves of the run"
            checked={curves}
            onChange={(event) => setCurves(event.currentTarget.checked)}
          />
        )}
      </div>
      <Textarea
        size="xs"
        label="Link"
        readOnly
        rows={4}
        value={address}
        data-testid="share-link"
        onFocus={(event) => event.currentTarget.select()}
      />
      <p className="hint" data-testid="share-carries">
        Carries {carries.join('; ')}. {address.length.toLocaleString('en')} characters
        {address.length > MOST_LINK ? `: chat programs may cut a link of more than ${MOST_LINK}` : ''}. Everything is in
        the part after #, which browsers do not send to a server.
      </p>
      {leftOut !== undefined && <p className="note warning">{leftOut}</p>}
      <Group gap="xs" my="sm">
        <Button size="xs" onClick={() => void copy()}>
          Copy link
        </Button>
        <span role="status" className="hint">
          {copied}
        </span>
      </Group>
      <QrCode address={address} name={what.config.name} />
    </>
  );
}

function QrCode({ address, name }: { address: string; name: string }) {
  const svg = useMemo(
    () => (address.length > MOST_QR ? undefined : renderSVG(address, { ecc: 'L', border: 4 })),
    [address],
  );
  if (svg === undefined)
    return <p className="hint">The link is too long for a QR code, which has at most {MOST_QR} characters.</p>;
  return (
    <figure className="share-qr">
      <img
        alt="QR code of the link"
        data-testid="share-qr"
        src={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`}
      />
      <figcaption className="hint">
        {address.length > 700 && 'A dense code: show it large. '}
        <Button size="compact-xs" variant="default" onClick={() => download(`${fileNameOf(name)}-link-qr.svg`, svg)}>
          Export SVG
        </Button>
      </figcaption>
    </figure>
  );
}
