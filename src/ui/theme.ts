import { createTheme } from '@mantine/core';

/**
 * Sizes and colours of the kit; the studio's own colours are CSS variables in theme.css, and the kit's dark greys
 * follow them.
 */
export const THEME = createTheme({
  primaryColor: 'indigo',
  primaryShade: 8,
  autoContrast: true,
  defaultRadius: 'md',
  // Dialogs, menus and notices of the kit do not move for people who asked their system for less motion.
  respectReducedMotion: true,
  black: '#1a1d23',
  colors: {
    dark: [
      '#e7eaf0',
      '#c3cad6',
      '#9aa5b8',
      '#7d889b',
      '#323a47',
      '#262d38',
      '#1e242d',
      '#181c23',
      '#101318',
      '#0b0d11',
    ],
  },
  fontFamily: 'Inter, system-ui, "Segoe UI", sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
  components: {
    // Of notices and dialogs; the cross has no text.
    CloseButton: { defaultProps: { 'aria-label': 'Close' } },
    // The focus goes to the first entry: the kit's placeholder for it is none, and a menu may have entries only.
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
  },
  fontSizes: { xs: '11px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
});
