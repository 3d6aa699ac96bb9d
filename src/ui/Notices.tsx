import '@mantine/notifications/styles.css';
import './notices.css';
import { Notifications } from '@mantine/notifications';

/** Above dialogs (200), and below menus and lists (300), which a message must not cover while one chooses. */
const LAYER = 290;

/** Messages in a corner of the page. */
export const Notices = () => <Notifications position="bottom-left" zIndex={LAYER} />;
