import './share.css';
import { Button, Checkbox, Group, NativeSelect, Textarea } from '@mantine/core';
import { useMemo, useState } from 'react';
import { MOST_LINK } from '../../sharing/link.ts';
import { useRecipeView } from '../../store/recipe-view.ts';
import { useShareDialog, type ToShare } from '../../store/share-dialog.ts';
import { fileNameOf } from '../../run/run-name.ts';
import { Dialog } from '../Dialog.tsx';
import { QrImage } from './QrImage.tsx';
import { linkOf, VIEWS, type ViewChoice } from './share-choices.ts';

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
      <QrImage
        address={address}
        alt="QR code of the link"
        testId="share-qr"
        fileName={`${fileNameOf(what.config.name)}-link-qr.svg`}
      />
    </>
  );
}
