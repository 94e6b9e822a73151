import { type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type AnsweringSource } from '../../../src/sources/answering-source.ts';
import { ConnectionFailure } from '../../../src/sources/connection-failure.ts';
import { type RestSourceSettings } from '../../../src/sources/rest/rest-source-settings.ts';
import { flood, HostileServer, httpAnswer } from '../../support/hostile-server.ts';
import { until } from '../../support/partner-listener.ts';
import { errorOf } from '../../support/refusal.ts';
import { AGREED, askFor, openRest, PERSON, restSettings, TCKN } from '../../support/rest-source.ts';
import { SourceFiles } from '../../support/source-files.ts';
import { testCertificates } from '../../support/test-certificates.ts';

const GOOD = httpAnswer(JSON.stringify(PERSON));
const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';
const PIECE = JSON.stringify(PERSON).padEnd(64 * 1024);
/** What the caller and the sockets on the way may have taken of an endless answer, in bytes. */
const TAKEN = 16 * 1024 * 1024;

let server: HostileServer;
let files: SourceFiles;
/** One source for all that follows: whatever one answer did to it, it must take the next one. */
let asked: AnsweringSource;

beforeAll(async () => {
  server = await HostileServer.start();
  files = new SourceFiles();
  asked = await open({ url: server.origin });
});
afterAll(async () => {
  await asked.close();
  files[Symbol.dispose]();
  await server[Symbol.asyncDispose]();
});
async function open(change: Partial<RestSourceSettings> & { url: string }): Promise<AnsweringSource> {
  return openRest(restSettings({ tls: files.tls(), ...change }));
}

/** How a source of its own, with these settings, is answered. */
async function endAt(change: Partial<RestSourceSettings> & { url: string }): Promise<string> {
  const own = await open(change);
  try {
    return await endOf(askFor(own));
  } finally {
    await own.close();
  }
}

async function endOf(asking: Promise<unknown>): Promise<string> {
  const { code, cause } = await errorOf(async () => asking);
  expect(String(cause)).not.toContain(TCKN);
  return `${code}: ${String(cause)}`;
}

/** The same source is asked again, and the server answers as it should: nothing is left of what it did before. */
async function answersAgain(): Promise<void> {
  server.script = (socket) => socket.write(GOOD);
  expect(await askFor(asked)).toMatchObject({ records: [AGREED] });
}

describe('a service that hangs costs one call its time limit', () => {
  test.each<[string, string]>([
    ['before a word', ''],
    ['in the status line', 'HTTP/1.1 2'],
    ['in the headers', HEAD],
    ['before the body', `${HEAD}content-length: 400\r\n\r\n`],
    ['in the body', `${HEAD}content-length: 400\r\n\r\n{"tckn":`],
    ['in a chunk', `${HEAD}transfer-encoding: chunked\r\n\r\n10\r\n{"tckn"`],
    ['before the last chunk', `${HEAD}transfer-encoding: chunked\r\n\r\n2\r\n{}\r\n`],
    ['after a promise to go on', 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n'],
  ])('when it hangs %s', async (_name, said) => {
    const limit = new AbortController();
    const dropped = new Promise<void>((resolve) => {
      server.script = (socket) => {
        socket.on('close', resolve);
        if (said === '') limit.abort();
        else socket.write(said, () => { limit.abort(); });
      };
    });
    expect(await endOf(askFor(asked, TCKN, limit.signal))).toBe('SOURCE_UNAVAILABLE: time-limit');
    await dropped;
    await answersAgain();
  }); // prettier-ignore

  test('when it hangs before TLS, and its own limit is what ends it', async () => {
    await using silent = await HostileServer.startSilent();
    expect(await endAt({ url: silent.origin, timeoutMilliseconds: 50 })).toBe(
      'SOURCE_UNAVAILABLE: time-limit',
    );
    await until(() => silent.accepted > 0);
  });

  test('when it drips: a byte now and then does not put off the limit', async () => {
    const limit = new AbortController();
    server.script = (socket) => {
      socket.write(`${HEAD}content-length: 400\r\n\r\n`);
      let drops = 0;
      const drip = (): void => {
        if (++drops === 5) limit.abort();
        if (!socket.destroyed) socket.write(' ', () => setImmediate(drip));
      };
      drip();
    };
    expect(await endOf(askFor(asked, TCKN, limit.signal))).toBe('SOURCE_UNAVAILABLE: time-limit');
    await answersAgain();
  });

  test('and its late answer is not taken for that of the next call', async () => {
    const limit = new AbortController();
    let late: Socket | undefined;
    server.script = (socket) => {
      late = socket;
      limit.abort();
    };
    expect(await endOf(askFor(asked, TCKN, limit.signal))).toBe('SOURCE_UNAVAILABLE: time-limit');
    server.script = (socket) => {
      if (late?.destroyed === false) late.write(httpAnswer(JSON.stringify({ ...PERSON, unvan: 'geç' })));
      socket.write(GOOD);
    };
    expect(await askFor(asked)).toMatchObject({ records: [AGREED] });
  });
});

describe('a service that floods is cut off', () => {
  test.each<[string, string, string]>([
    ['a body without a length', `${HEAD}\r\n`, PIECE],
    ['a body that is longer than allowed', `${HEAD}content-length: 9999999999\r\n\r\n`, PIECE],
    ['chunks', `${HEAD}transfer-encoding: chunked\r\n\r\n`, `10000\r\n${PIECE}\r\n`],
    ['headers', HEAD, `x-${'h'.repeat(50)}: ${'v'.repeat(1000)}\r\n`],
    ['one header', `${HEAD}x: `, 'v'.repeat(65_536)],
    ['chunk extensions', `${HEAD}transfer-encoding: chunked\r\n\r\n1;`, 'e'.repeat(65_536)],
    ['trailers', `${HEAD}transfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n`, `x: ${'v'.repeat(1000)}\r\n`],
  ])('with %s', async (_name, head, piece) => {
    const limit = new AbortController();
    let flooding: Socket | undefined;
    server.script = (socket) => {
      flooding = socket;
      socket.write(head);
      flood(socket, piece);
      // What the client neither takes nor refuses ends with its time.
      setTimeout(() => { limit.abort(); }, 200).unref();
    };
    const end = await endOf(askFor(asked, TCKN, limit.signal));
    expect(end).toMatch(/^SOURCE_(ANSWER_INVALID: (too-large|UND_ERR_HEADERS_OVERFLOW|HTTPParserError)|UNAVAILABLE: time-limit)$/);
    await until(() => flooding?.destroyed === true);
    expect(flooding?.bytesWritten).toBeLessThan(TAKEN);
    await answersAgain();
  }); // prettier-ignore
});

describe('a service that lies or stops', () => {
  test.each<[string, string, string]>([
    ['half a head', 'HTTP/1.1 200 OK\r\ncontent-t', 'SOURCE_UNAVAILABLE: UND_ERR_SOCKET'],
    ['half an answer', `${HEAD}content-length: 400\r\n\r\n{"tckn":`, 'SOURCE_UNAVAILABLE: answer broke off: UND_ERR_SOCKET'],
    ['half the chunks', `${HEAD}transfer-encoding: chunked\r\n\r\n2\r\n{}\r\n`, 'SOURCE_UNAVAILABLE: answer broke off: UND_ERR_SOCKET'],
    ['garbage for a chunk', `${HEAD}transfer-encoding: chunked\r\n\r\nzz\r\n{}`, 'SOURCE_ANSWER_INVALID: HTTPParserError'],
    ['two lengths', `${HEAD}content-length: 2\r\ncontent-length: 3\r\n\r\n{}`, 'SOURCE_ANSWER_INVALID: UND_ERR_RES_CONTENT_LENGTH_MISMATCH'],
    ['a length and chunks', `${HEAD}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`, 'SOURCE_ANSWER_INVALID: UND_ERR_RES_CONTENT_LENGTH_MISMATCH'],
    ['a length that is too short', `${HEAD}content-length: 9\r\n\r\n${JSON.stringify(PERSON)}`, 'SOURCE_ANSWER_INVALID: not JSON'],
    ['another protocol', 'SSH-2.0-OpenSSH\r\n\r\n', 'SOURCE_ANSWER_INVALID: HTTPParserError'],
    ['a switch of protocols', 'HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n', 'SOURCE_UNAVAILABLE: UND_ERR_SOCKET'],
    ['a bomb', httpAnswer('bomb', { more: 'content-encoding: gzip\r\n' }), 'SOURCE_ANSWER_INVALID: compressed'],
    ['a redirect', httpAnswer('', { status: 301, more: 'location: http://127.0.0.1/\r\n' }), 'SOURCE_ANSWER_INVALID: redirected'],
    ['no type', `HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}`, 'SOURCE_ANSWER_INVALID: content-type'],
    ['depth', httpAnswer('['.repeat(60_000)), 'SOURCE_ANSWER_INVALID: too deep'],
    ['hidden depth', httpAnswer(`{"a":"\\\\","b":${'{"x":'.repeat(20)}1`), 'SOURCE_ANSWER_INVALID: too deep'],
    ['nothing', '', 'SOURCE_UNAVAILABLE: UND_ERR_SOCKET'],
  ])('by %s costs one problem', async (_name, said, end) => {
    let told: Socket | undefined;
    server.script = (socket) => {
      told = socket.end(said);
    };
    const before = server.heads.length;
    expect(await endOf(askFor(asked))).toBe(end);
    expect(server.heads.length - before).toBe(1);
    await until(() => told?.destroyed === true);
    await answersAgain();
  }); // prettier-ignore

  test('by bytes that are no text', async () => {
    const bytes = Buffer.from(httpAnswer('{"a":"xy"}').replace('xy', 'þþ'), 'latin1');
    server.script = (socket) => socket.write(bytes);
    expect(await endOf(askFor(asked))).toBe('SOURCE_ANSWER_INVALID: not UTF-8');
    await answersAgain();
  });

  test('by a second answer is not asked again on that connection', async () => {
    const other = httpAnswer(JSON.stringify({ ...PERSON, unvan: 'başka' }));
    let told: Socket | undefined;
    server.script = (socket) => {
      told = socket;
      socket.write(GOOD + other);
    };
    expect(await askFor(asked)).toMatchObject({ records: [AGREED] });
    await until(() => told?.destroyed === true);
    await answersAgain();
  });

  test('by the answer about somebody else is refused', async () => {
    server.say(httpAnswer(JSON.stringify({ ...PERSON, tckn: '17160614084' })));
    expect(await endOf(askFor(asked))).toContain('mapping of tckn: echo');
  });
});

describe('a service that cannot prove what it is', () => {
  test.each<[string, () => object, string]>([
    ['has a certificate that expired', () => identity(testCertificates().expiredServer), 'tls: CERT_HAS_EXPIRED'],
    ['has the certificate of another authority', () => identity(testCertificates().foreignAgency), 'tls: UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    ['has the certificate of another server', () => identity(testCertificates().elsewhereServer), 'tls: ERR_TLS_CERT_ALTNAME_INVALID'],
    ['has the certificate of a client', () => identity(testCertificates().otherAgency), 'tls: INVALID_PURPOSE'],
    ['speaks an old TLS', () => ({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' }), 'tls: ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION'],
  ])('because it %s is told nothing', async (_name, options, cause) => {
    await using odd = await HostileServer.start(options());
    odd.say(GOOD);
    expect(await endAt({ url: odd.origin })).toBe(`SOURCE_UNAVAILABLE: ${cause}`);
    expect(odd.heads).toEqual([]);
  }); // prettier-ignore

  test('does not answer a gateway that cannot prove itself either', async () => {
    const before = server.heads.length;
    await using stranger = {
      source: await open({ url: server.origin, tls: files.tls(null) }),
      [Symbol.asyncDispose]: async () => stranger.source.close(),
    };
    const error = await errorOf(async () => askFor(stranger.source));
    expect(error).toBeInstanceOf(ConnectionFailure);
    expect(server.heads).toHaveLength(before);
  });
});

function identity({ certificate, key }: { readonly certificate: string; readonly key: string }): object {
  return { cert: certificate, key };
}
