export { outlookLink } from '../calendars/outlook-link.ts';
