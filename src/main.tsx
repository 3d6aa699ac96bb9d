import '@mantine/core/styles.css';
import './ui/theme.css';
import './ui/studio.css';
import './ui/controls.css';
import './ui/cards.css';
import './ui/table.css';
import { MantineProvider } from '@mantine/core';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './ui/App.tsx';
import { NoticeArea } from './ui/NoticeArea.tsx';
import { keepForOffline } from './ui/offline.ts';
import { THEME } from './ui/theme.ts';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has an element with id root');
createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={THEME} defaultColorScheme="auto">
      <NoticeArea />
      <App />
    </MantineProvider>
  </StrictMode>,
);
void keepForOffline();
