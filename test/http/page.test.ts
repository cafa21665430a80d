import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { page, PAGE_POLICY } from '../../src/http/page.ts';
import { privacyPage, termsPage } from '../../src/http/pages.ts';

describe('a page', () => {
  it('has a title that is text, and a body that is HTML', () => {
    const html = page('<b> & "x"', '<p>body</p>');
    assert.match(html, /<title>&lt;b&gt; &amp; &quot;x&quot;<\/title>/);
    assert.match(html, /<h1>&lt;b&gt; &amp; &quot;x&quot;<\/h1>\n<p>body<\/p>/);
  });

  it('may use its own style sheet, and nothing else', () => {
    const style = /<style>([^]*)<\/style>/.exec(page('x', ''))?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    assert.ok(PAGE_POLICY.startsWith(`default-src 'none'; style-src 'sha256-${hash}';`), PAGE_POLICY);
    for (const rule of ["base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"])
      assert.ok(PAGE_POLICY.includes(rule), rule);
  });

  for (const [what, html] of [
    ['of privacy', privacyPage('<i>host')],
    ['of terms', termsPage('<i>host')],
  ] as const)
    it(`${what} names its host as text`, () => {
      assert.match(html, /runs at &lt;i&gt;host\./);
      assert.doesNotMatch(html, /<i>/);
    });
});
