import { Button } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useState } from 'react';

/** A paragraph to quote, and a button that copies it. */
export function CiteText({ text }: { text: string }) {
  const [copied, setCopied] = useState<'yes' | 'refused'>();
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied('yes');
    } catch {
      // Some browsers refuse access to the clipboard.
      setCopied('refused');
    }
  };
  return (
    <blockquote className="cite-text" data-testid="regimes-citation">
      <p>{text}</p>
      <Button
        size="xs"
        variant="default"
        leftSection={copied === 'yes' ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
        onClick={() => void copy()}
      >
        Copy the paragraph
      </Button>
      <span role="status" className="hint">
        {copied === 'yes' ? 'Copied.' : copied === 'refused' ? 'The browser refuses: select the text instead.' : ''}
      </span>
    </blockquote>
  );
}
