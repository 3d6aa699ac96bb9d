import '@mantine/notifications/styles.css';
import './notices.css';
import { Notifications } from '@mantine/notifications';

/** Messages in a corner of the page. */
export const Notices = () => <Notifications position="bottom-left" />;
