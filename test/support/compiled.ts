import { fileURLToPath } from 'node:url';

/** Compiled code is kept from start to start, of tests and of the bots that they start: half the work for each. */
export const COMPILED = fileURLToPath(new URL('../../node_modules/.cache/certbot-tests', import.meta.url));
