import assert from 'node:assert/strict';
import { Settings } from 'luxon';
import type { Failure } from '../../../src/core/certificates/certificate.ts';
import type { Stage } from '../../../src/core/certificates/stages.ts';
import {
  enumerate,
  expiryPhrase,
  fullStop,
  isoDate,
  prose,
  relative,
  shortAgo,
  shorten,
} from '../../../src/core/language/wording.ts';
import { failurePhrase } from '../../../src/core/certificates/failure-phrase.ts';
import { STAGE_LOOK } from '../../../src/core/chat/stage-look.ts';
import { DE, EN, NOW } from '../../support/certificate-facts.ts';
import { SECOND, MINUTE, HOUR, DAY } from '../../../src/core/time.ts';

describe('a length of time', () => {
  const lengths: [number, string][] = [
    [400 * DAY, '400 days'],
    [3 * DAY - 1, '2 days'],
    [2 * DAY, '2 days'],
    [2 * DAY - 1, '47 hours'],
    [DAY, '24 hours'],
    [2 * HOUR, '2 hours'],
    [2 * HOUR - 1, '119 minutes'],
    [HOUR, '60 minutes'],
    [2 * MINUTE, '2 minutes'],
    [2 * MINUTE - 1, '119 seconds'],
    [SECOND, '1 second'],
  ];
  for (const [length, words] of lengths) {
    it(`of ${length} ms is ${words}: days, below two days hours, below two hours minutes`, () => {
      assert.equal(relative(NOW + length, NOW, EN), `in ${words}`);
      assert.equal(relative(NOW - length - MINUTE, NOW - MINUTE, EN), length < MINUTE ? 'just now' : `${words} ago`);
    });
  }
});

describe('an instant', () => {
  it('is the day of UTC where it is typed, wherever the bot runs', () => {
    Settings.defaultZone = 'Asia/Kathmandu';
    try {
      assert.equal(isoDate(Date.UTC(2027, 2, 14, 23, 59)), '2027-03-14');
    } finally {
      Settings.defaultZone = 'system';
    }
  });

  const relatives: [number, string][] = [
    [112 * DAY, 'in 112 days'],
    [47 * HOUR, 'in 47 hours'],
    [30 * SECOND, 'in 30 seconds'],
    [1, 'in 1 second'],
    [0, 'just now'],
    [-59 * SECOND, 'just now'],
    [-MINUTE, '60 seconds ago'],
    [-2 * MINUTE, '2 minutes ago'],
    [-5 * HOUR, '5 hours ago'],
    [-21 * DAY, '21 days ago'],
  ];
  for (const [offset, words] of relatives) {
    it(`${offset} ms from now is ${words}`, () => assert.equal(relative(NOW + offset, NOW, EN), words));
  }

  const short: [number, string, string][] = [
    [59 * SECOND, 'just now', 'gerade eben'],
    [MINUTE, '1 min ago', 'vor 1 Min.'],
    [119 * MINUTE, '119 min ago', 'vor 119 Min.'],
    [7 * HOUR, '7 hours ago', 'vor 7 Std.'],
    [DAY - 1, '23 hours ago', 'vor 23 Std.'],
    [DAY, '1 day ago', 'vor 1 Tag'],
    [47 * HOUR, '1 day ago', 'vor 1 Tag'],
    [2 * DAY, '2 days ago', 'vor 2 Tagen'],
    [365 * DAY, '365 days ago', 'vor 365 Tagen'],
  ];
  for (const [length, english, german] of short)
    it(`${length} ms ago is ${english} in a narrow column, which holds it on one line`, () => {
      assert.deepEqual(
        [EN, DE].map((say) => shortAgo(NOW - length, NOW, say)),
        [english, german],
      );
      for (const words of [english, german]) assert.ok(words.length <= 13, words);
    });

  const expiries: [number, string][] = [
    [112 * DAY, 'expires 14 Mar 2027 (in 112 days)'],
    [2 * DAY, 'expires 24 Nov 2026 (in 2 days)'],
    [2 * DAY - 1, 'expires Tue 24 Nov 2026, 11:59 UTC (in 47 hours)'],
    [0, 'expired Sun 22 Nov 2026, 12:00 UTC (just now)'],
    [-HOUR, 'expired Sun 22 Nov 2026, 11:00 UTC (60 minutes ago)'],
    [-21 * DAY, 'expired 1 Nov 2026 (21 days ago)'],
  ];
  for (const [offset, phrase] of expiries) {
    it(`at which a certificate ends is told as “${phrase}”`, () => {
      assert.equal(expiryPhrase(NOW + offset, NOW, EN).replaceAll('\u{a0}', ' '), phrase);
    });
  }
});

describe('an enumeration', () => {
  const lists: [string[], number, string][] = [
    [[], 3, ''],
    [['a'], 3, 'a'],
    [['a', 'b'], 3, 'a and b'],
    [['a', 'b', 'c'], 3, 'a, b and c'],
    [['a', 'b', 'c', 'd'], 3, 'a, b, c and 1 more'],
    [['a', 'b', 'c', 'd', 'e'], 3, 'a, b, c and 2 more'],
  ];
  for (const [items, most, words] of lists) {
    it(`of ${items.length} with room for ${most} is “${words}”`, () => assert.equal(enumerate(items, most, EN), words));
  }
});

describe('a sentence', () => {
  const ends: [string, string][] = [
    ['It is so', 'It is so.'],
    ['issued by Example Inc.', 'issued by Example Inc.'],
    ['issued by Example Incorporat…', 'issued by Example Incorporat…'],
    ['Did you mean “list”?', 'Did you mean “list”?'],
    ['He said “no.”', 'He said “no.”'],
    ['matches “x”', 'matches “x”.'],
    ['expires (in 2 days)', 'expires (in 2 days).'],
  ];
  for (const [text, sentence] of ends) {
    it(`made of ${JSON.stringify(text)} ends once`, () => assert.equal(fullStop(text), sentence));
  }

  it('is free of Markdown', () => {
    assert.equal(prose('Type `list`, or `help`.', EN), 'Type “list”, or “help”.');
  });
});

describe('untrusted text', () => {
  const texts: [string, number, string][] = [
    ['example', 7, 'example'],
    ['example', 6, 'examp…'],
    ['a\r\nb\tc', 20, 'a  b c'],
    ['evil\u202Emoc', 20, 'evil moc'],
    ['line\u2028break', 20, 'line break'],
    ['lone \ud800 half', 20, 'lone \ufffd half'],
    ['ab😀cd', 4, 'ab…'],
    ['  ', 20, ''],
  ];
  for (const [text, most, shown] of texts) {
    it(`${JSON.stringify(text)} with room for ${most} is ${JSON.stringify(shown)}`, () => {
      assert.equal(shorten(text, most), shown);
    });
  }
});

describe('a failure', () => {
  const phrases: [Failure, string][] = [
    [{ code: 'policy' }, "this bot's policy does not allow connecting there"],
    [{ code: 'policy', detail: 'port' }, "this bot's policy does not allow connecting to that port"],
    [{ code: 'refused', detail: 'port' }, 'connection refused'],
    [
      { code: 'protocol', detail: '220 hello' },
      'something answered, but it does not speak the protocol of this target (220 hello)',
    ],
    [{ code: 'proxy', detail: '403' }, 'the proxy would not connect there (403)'],
    [{ code: 'proxy', detail: 'd'.repeat(121) }, `the proxy would not connect there (${'d'.repeat(119)}…)`],
    [{ code: 'no-route' }, 'not reachable from here: the bot has no route to addresses of this kind'],
    [{ code: 'refused', detail: 'ECONNREFUSED' }, 'connection refused'],
    [{ code: 'timeout' }, 'no answer in time'],
    [{ code: 'reset' }, 'the server closed the connection before showing a certificate'],
    [{ code: 'not-tls' }, 'something answered, but it does not speak TLS'],
    [{ code: 'handshake' }, 'the TLS handshake failed'],
    [{ code: 'handshake', detail: 'alert\nhandshake failure' }, 'the TLS handshake failed (alert handshake failure)'],
    [{ code: 'name-not-found' }, 'the host name does not exist in DNS'],
    [{ code: 'resolver' }, 'the DNS did not answer in time'],
    [
      { code: 'no-addresses', detail: 'ENODATA' },
      'the host name exists in DNS, but has no addresses there (no A or AAAA records)',
    ],
    [
      { code: 'turned-away', detail: '554' },
      'the server speaks the protocol of this target, but turns this bot away (554)',
    ],
    ...['421', 'BYE [UNAVAILABLE]', '-ERR [SYS/TEMP]', 'BYE (TRYLATER)', '53300', '1040', 'busy'].map(
      (detail): [Failure, string] => [
        { code: 'turned-away', detail },
        `the server speaks the protocol of this target, but turns this bot away for now (${detail})`,
      ],
    ),
    [
      { code: 'turned-away', detail: '465' },
      'the server speaks the protocol of this target, but turns this bot away (465)',
    ],
    [
      { code: 'turned-away', detail: '1129' },
      'the server speaks the protocol of this target, but has blocked this bot’s address after broken connections (1129); “mysqladmin flush-hosts” there ends that',
    ],
    [
      { code: 'turned-away', detail: '1130' },
      'the server speaks the protocol of this target, but does not let this bot’s address connect (1130)',
    ],
    [
      { code: 'nameless', detail: 'alert handshake failure; OpenSSL 3.5.8' },
      'the TLS handshake failed (alert handshake failure; OpenSSL 3.5.8); a server of several hosts may want to be asked for a host name, which an address is not: type “as <name>” after the address',
    ],
    [
      { code: 'unknown-name', detail: 'unnamed' },
      'the server wants to be asked for a host name, which an address is not (unrecognized_name): type “as <name>” after the address',
    ],
    [
      { code: 'unknown-name', detail: 'unrecognized_name' },
      'the server does not know the host name that it was asked for (unrecognized_name): type “as <name>” after the target to ask for another',
    ],
    [
      { code: 'unknown-name', detail: 'host-unknown' },
      'the server does not serve the domain that it was asked for (host-unknown): type “as <domain>” after the target',
    ],
    [{ code: 'alias-loop' }, 'the aliases (CNAME) that the host name has in DNS lead in a circle'],
    [
      { code: 'alias-not-found', detail: 'gone.example' },
      'the host name is an alias (CNAME) of gone.example, which does not exist in DNS',
    ],
    [
      { code: 'dns-error', detail: 'ESERVFAIL' },
      'the DNS could not look the host name up (SERVFAIL): mostly the name servers of the domain fail, or its signatures (DNSSEC) are wrong',
    ],
    [{ code: 'dns-error', detail: 'EREFUSED' }, 'the DNS server refuses to look the host name up (REFUSED)'],
    [{ code: 'dns-error', detail: 'EFORMERR' }, 'the DNS server answered with an error (FORMERR)'],
    [{ code: 'internal' }, 'the check itself failed; it will be repeated'],
  ];
  for (const [failure, phrase] of phrases) {
    it(`of ${failure.code}${failure.detail ? ' with a detail' : ''} is “${phrase}”`, () => {
      assert.equal(failurePhrase(failure, EN), phrase);
    });
  }

  it('that policy decides is never called a refused connection', () => {
    assert.doesNotMatch(failurePhrase({ code: 'policy', detail: 'ECONNREFUSED' }, EN), /refused/i);
  });
});

describe('the looks of the stages', () => {
  it('differ in symbol and word, so that colour is never alone', () => {
    const stages = Object.keys(STAGE_LOOK) as Stage[];
    const symbols = new Set(stages.map((stage) => STAGE_LOOK[stage].symbol));
    assert.equal(symbols.size, stages.length);
    assert.ok(!symbols.has(''));
    for (const say of [EN, DE]) assert.equal(new Set(stages.map((stage) => say(`stage.${stage}`))).size, stages.length);
  });
});
