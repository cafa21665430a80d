import { createHash } from 'node:crypto';
import { escapeHtml } from '../core/language/text.ts';

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:42rem;margin:2rem auto;padding:0 1rem;color:#1b1b1f;background:#fff}
h1{font-size:1.5rem}h2{font-size:1.15rem}a{color:#0b57a4}
@media (prefers-color-scheme:dark){body{color:#e6e6ea;background:#1b1b1f}a{color:#8ab8f0}}`;

/** Content-Security-Policy of the pages: nothing but their own style sheet (CSP Level 3, hash sources). */
export const PAGE_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** A whole page. `title` is text, `body` is HTML: what is not ours in it has to be escaped. */
export function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${body}
</main>
</body>
</html>
`;
}
