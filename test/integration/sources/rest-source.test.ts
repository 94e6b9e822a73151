import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compileProjection } from '../../../src/gateway/projection/compile-projection.ts';
import { FaultsError } from '../../../src/shared/fault.ts';
import { type AnsweringSource } from '../../../src/sources/answering-source.ts';
import { checkSource } from '../../../src/sources/check-source.ts';
import { ConnectionFailure } from '../../../src/sources/connection-failure.ts';
import { compileRequest } from '../../../src/sources/rest/rest-request.ts';
import {
  type RestOperationSettings,
  type RestSourceSettings,
} from '../../../src/sources/rest/rest-source-settings.ts';
import { JsonService, type ServiceReply } from '../../support/json-service.ts';
import { errorOf } from '../../support/refusal.ts';
import {
  AGREED,
  askFor,
  openRest,
  OPERATION,
  PERSON,
  restOperation,
  restSettings,
  TCKN,
} from '../../support/rest-source.ts';
import { SourceFiles } from '../../support/source-files.ts';
import { testCertificates } from '../../support/test-certificates.ts';

let service: JsonService;
let files: SourceFiles;
let source: AnsweringSource | undefined;

beforeAll(async () => {
  service = await JsonService.start();
  files = new SourceFiles();
});
afterAll(async () => {
  files[Symbol.dispose]();
  await service[Symbol.asyncDispose]();
});
beforeEach(() => {
  service.requests.length = 0;
  service.answer = () => ({ body: PERSON });
});
afterEach(async () => {
  await source?.close();
  source = undefined;
});

async function open(
  change: Partial<RestSourceSettings> = {},
  operation: Partial<RestOperationSettings> = {},
): Promise<AnsweringSource> {
  source = await openRest(
    restSettings({
      url: `${service.url}/api`,
      tls: files.tls(),
      operations: [restOperation(operation)],
      ...change,
    }),
  );
  return source;
}

/** The code and the private cause with which a question ends. */
async function endOf(asked: AnsweringSource, tckn = TCKN): Promise<string> {
  const { code, cause } = await errorOf(async () => askFor(asked, tckn));
  const said = cause instanceof Error ? cause.message : String(cause);
  for (const secret of [TCKN, PERSON.unvan, PERSON.iban]) expect(said).not.toContain(secret);
  return `${code}: ${said}`;
}

describe('a REST source', () => {
  test('answers the agreed fields, counts what it leaves out, and shows its certificate', async () => {
    const answer = await askFor(await open());
    expect(answer).toEqual({ records: [AGREED], dropped: 2 });
    expect(compileProjection(OPERATION).project(answer)).toMatchObject({ outcome: 'found', surplus: 2 });
    expect(service.requests).toMatchObject([
      { method: 'GET', url: `/api/kisiler/${TCKN}`, body: '', client: 'cgm', headers: { accept: 'application/json', 'accept-encoding': 'identity' } },
    ]); // prettier-ignore
    expect(service.requests[0]?.headers).not.toHaveProperty('authorization');
  });

  test('keeps its connections, and no more than its limit', async () => {
    const before = service.connections;
    const limits = { ...restSettings({ url: '' }).limits, concurrency: 2 };
    const asked = await open({ limits });
    await Promise.all(Array.from({ length: 8 }, async () => askFor(asked)));
    await askFor(asked);
    expect(service.requests).toHaveLength(9);
    expect(service.connections - before).toBeLessThanOrEqual(2);
  });

  test('asks by query or by a JSON body where the settings say so', async () => {
    await askFor(await open({}, { path: '/ara', query: { kimlik: '{tckn}', 'alan lar': 'ad&soyad' } }));
    await source?.close();
    await askFor(
      await open(
        {},
        { method: 'POST', path: '/ara', body: { sorgu: { kimlik: ['{tckn}', 1, null, true] } } },
      ),
    );
    expect(service.requests.map(({ method, url, body }) => `${method} ${url} ${body}`)).toEqual([
      `GET /api/ara?kimlik=${TCKN}&alan%20lar=ad%26soyad `,
      `POST /api/ara {"sorgu":{"kimlik":["${TCKN}",1,null,true]}}`,
    ]);
    expect(service.requests[1]?.headers['content-type']).toBe('application/json');
  });

  test('never lets an input value become more than one value of the request', () => {
    const path = compileRequest('https://a.example/x/', restOperation({ query: { q: '{tckn}', r: '1' } }));
    const body = compileRequest('https://a.example', restOperation({ method: 'POST', body: { a: '{tckn}', b: '2' } }));
    const value = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !/\p{Cs}/u.test(text) && !/^\.{1,2}$/.test(text));
    fc.assert(
      fc.property(value, (tckn) => {
        const url = new URL(path({ tckn }).path, 'https://a.example');
        expect(url.pathname.split('/').map(decodeURIComponent)).toEqual(['', 'x', 'kisiler', tckn]);
        expect([...url.searchParams]).toEqual([['q', tckn], ['r', '1']]);
        expect(JSON.parse(body({ tckn }).body ?? '')).toEqual({ a: tckn, b: '2' });
      }),
    );
    for (const tckn of ['', '.', '..']) expect(() => path({ tckn })).toThrow('INTERNAL_ERROR');
  }); // prettier-ignore
});

describe('nobody found', () => {
  const NOT_FOUND: readonly [string, Partial<RestOperationSettings['notFound']>, string, ServiceReply][] = [
    ['the configured status', { statuses: [410] }, '$', { status: 410, body: 'gone' }],
    ['no content', { empty: true }, '$', { status: 204 }],
    ['an empty list', { empty: true }, '$.kisiler[*]', { body: { kisiler: [] } }],
    ['no member', { empty: true }, '$.kisi', { body: {} }],
    ['null', { empty: true }, '$.kisi', { body: { kisi: null } }],
    ['a mark', { mark: { from: '$.sonuc.kod', values: ['1', 'YOK'] } }, '$.kisi', { body: { sonuc: { kod: 1 }, kisi: PERSON } }],
  ]; // prettier-ignore

  test.each(NOT_FOUND)('is %s', async (_name, notFound, record, reply) => {
    service.answer = () => reply;
    const asked = await open({}, { record, notFound: { statuses: [], empty: false, ...notFound } });
    expect(await askFor(asked)).toMatchObject({ records: [] });
  });

  test.each(NOT_FOUND.slice(0, -1))(
    'is not %s where the settings do not say so',
    async (_name, _, record, reply) => {
      service.answer = () => reply;
      const asked = await open({}, { record, notFound: { statuses: [404], empty: false } });
      expect(await endOf(asked)).toMatch(
        /^SOURCE_ANSWER_INVALID: (status (410|204)|mapping: record-missing)$/,
      );
    },
  );
});

describe('an answer of another kind', () => {
  test.each<[string, ServiceReply, string]>([
    ['a day that is none', { body: { ...PERSON, izinTarihi: '31.02.2026' } }, 'mapping of izinBaslangicTarihi: date'],
    ['an unknown code', { body: { ...PERSON, durum: 9 } }, 'mapping of durum: code'],
    ['somebody else', { body: { ...PERSON, tckn: 17160614084 } }, 'mapping of tckn: echo'],
    ['a list of one', { body: [PERSON] }, 'mapping of tckn: echo'],
    ['a text', { body: '"x"' }, 'mapping of tckn: echo'],
    ['no JSON', { body: `{"tckn": ${TCKN}` }, 'not JSON'],
    ['two documents', { body: '{}{}' }, 'not JSON'],
    ['nothing', { body: '' }, 'not JSON'],
    ['a page', { body: '<html>', headers: { 'content-type': 'text/html' } }, 'content-type'],
    ['another encoding', { body: '{}', headers: { 'content-type': 'application/json; charset=iso-8859-9' } }, 'content-type'],
    ['compression', { body: 'xx', headers: { 'content-encoding': 'gzip' } }, 'compressed'],
    ['a redirect', { status: 302, headers: { location: 'https://127.0.0.1:1/' } }, 'redirected'],
    ['a permanent redirect', { status: 308, headers: { location: '/api/kisiler' } }, 'redirected'],
    ['a part', { status: 206, body: PERSON }, 'status 206'],
    ['a wrong request', { status: 400, body: {} }, 'status 400'],
    ['no such page', { status: 405, body: {} }, 'status 405'],
  ])('is %s', async (_name, reply, cause) => {
    service.answer = () => reply;
    expect(await endOf(await open())).toBe(`SOURCE_ANSWER_INVALID: ${cause}`);
    service.answer = () => ({ body: PERSON });
    if (source !== undefined) expect(await askFor(source)).toMatchObject({ records: [AGREED] });
  }); // prettier-ignore

  test('is two people', async () => {
    service.answer = () => ({ body: { kisiler: [PERSON, PERSON] } });
    expect(await endOf(await open({}, { record: '$.kisiler[*]' }))).toBe(
      'SOURCE_ANSWER_INVALID: mapping: more-than-one-record',
    );
  });

  test.each([401, 403, 429, 500, 503])('is not status %i: the source is unavailable', async (status) => {
    service.answer = () => ({ status, body: PERSON });
    expect(await endOf(await open())).toBe(`SOURCE_UNAVAILABLE: status ${String(status)}`);
  });
});

describe('who asks', () => {
  const password = 'çok gizli: parola';
  /** A service that gives tokens `t1`, `t2` … and takes those in `good`. */
  function tokenService(good: (token: string) => boolean, more: Record<string, unknown> = {}): () => number {
    let given = 0;
    service.answer = ({ url, headers }) => {
      if (url === '/token')
        return {
          body: { access_token: `t${String(++given)}`, token_type: 'Bearer', expires_in: 300, ...more },
        };
      const token = /^Bearer (t\d+)$/.exec(headers.authorization ?? '')?.[1] ?? '';
      return good(token) ? { body: PERSON } : { status: 401, body: {} };
    };
    return () => given;
  }

  function oauth(change: object = {}): Partial<RestSourceSettings> {
    return {
      authentication: {
        kind: 'oauth2',
        tokenUrl: `${service.url}/token`,
        clientId: 'gecit',
        clientAuthentication: 'basic',
        clientSecretFile: files.write('secret', `${password}\n`),
        scope: 'sorgu oku',
        ...change,
      },
    };
  }

  test('is proven by user and password', async () => {
    const passwordFile = files.write('password', password);
    await askFor(await open({ authentication: { kind: 'basic', user: 'gecit', passwordFile } }));
    const [, credentials = ''] = /^Basic (.+)$/.exec(service.requests[0]?.headers.authorization ?? '') ?? [];
    expect(Buffer.from(credentials, 'base64').toString('utf8')).toBe(`gecit:${password}`);
  });

  test('is proven by one token for all, asked for once', async () => {
    const given = tokenService(() => true);
    const asked = await open(oauth());
    await Promise.all(Array.from({ length: 10 }, async () => askFor(asked)));
    await askFor(asked);
    expect(given()).toBe(1);
    const [request] = service.requests;
    expect(request).toMatchObject({ method: 'POST', url: '/token' });
    expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({ grant_type: 'client_credentials', scope: 'sorgu oku' });
    expect(request?.headers.authorization).toMatch(/^Basic /);
    expect(service.requests.filter(({ headers }) => headers.authorization === 'Bearer t1')).toHaveLength(11);
  }); // prettier-ignore

  test('may be proven by the secret in the body, or by the certificate alone', async () => {
    tokenService(() => true);
    await askFor(await open(oauth({ clientAuthentication: 'post' })));
    await source?.close();
    await askFor(await open(oauth({ clientAuthentication: 'tls', clientSecretFile: undefined })));
    const bodies = service.requests
      .filter(({ url }) => url === '/token')
      .map(({ body }) => new URLSearchParams(body));
    expect(bodies.map((body) => [body.get('client_id'), body.get('client_secret')])).toEqual([
      ['gecit', password],
      ['gecit', null],
    ]);
  });

  test('asks for another token once, where the service does not take the one at hand', async () => {
    const given = tokenService((token) => token === 't2');
    const asked = await open(oauth());
    expect(await askFor(asked)).toMatchObject({ records: [AGREED] });
    expect(given()).toBe(2);
    tokenService(() => false);
    expect(await endOf(asked)).toBe('SOURCE_UNAVAILABLE: status 401');
    expect(service.requests.filter(({ url }) => url === '/token')).toHaveLength(3);
  });

  test('asks for another token before the one at hand ends', async () => {
    const given = tokenService(() => true, { expires_in: 0 });
    const asked = await open(oauth());
    await askFor(asked);
    await askFor(asked);
    expect(given()).toBe(2);
  });

  test.each<[string, ServiceReply, string]>([
    ['does not know the client', { status: 401, body: { error: 'invalid_client', error_description: TCKN } }, 'invalid_client'],
    ['invents a code', { status: 400, body: { error: TCKN } }, 'no usable answer'],
    ['gives no token', { body: { token_type: 'Bearer' } }, 'no usable answer'],
    ['gives a token of another kind', { body: { access_token: 'x', token_type: 'mac' } }, 'no usable answer'],
    ['answers a page', { body: '<html>', headers: { 'content-type': 'text/html' } }, 'no usable answer'],
    ['redirects', { status: 307, headers: { location: 'https://127.0.0.1:1/' } }, 'redirected'],
    ['floods', { body: 'x'.repeat(70_000) }, 'too-large'],
  ])('is unknown where the token server %s: no call leaves', async (_name, reply, cause) => {
    service.answer = () => reply;
    expect(await endOf(await open(oauth()))).toBe(`SOURCE_UNAVAILABLE: token: ${cause}`);
    expect(service.requests.map(({ url }) => url)).toEqual(['/token']);
  }); // prettier-ignore

  test('is tried again later where no token server is there', async () => {
    const error = await errorOf(async () =>
      askFor(await open(oauth({ tokenUrl: 'https://127.0.0.1:1/token' }))),
    );
    expect(error).toBeInstanceOf(ConnectionFailure);
    expect(error.cause).toBe('token: ECONNREFUSED');
  });
});

describe('the settings of a REST source', () => {
  async function faultsOf(change: Partial<RestSourceSettings>, operation: Partial<RestOperationSettings> = {}): Promise<string[]> {
    const thrown: unknown = await open(change, operation).then(() => undefined, (error: unknown) => error);
    if (!(thrown instanceof FaultsError)) throw new Error('no faults');
    return thrown.faults.map(({ code, key }) => `${code} ${key.replace(/^sources\.iskur\.(operations\.[^.]+\.?)?/, '')}`);
  } // prettier-ignore

  test.each<[string, Partial<RestOperationSettings>, string[]]>([
    ['an input that the request leaves out', { path: '/kisiler' }, ['SOURCE_REQUEST_INPUTS ']],
    ['an input that is not asked', { path: '/kisiler/{tckn}/{vkn}' }, ['SOURCE_REQUEST_INPUTS ']],
    ['paths that are none', { record: '$[', notFound: { statuses: [], empty: true, mark: { from: '$..a', values: ['1'] } } }, ['SOURCE_PLACE_INVALID record', 'SOURCE_PLACE_INVALID notFound.mark.from']],
    ['a place that is several', { fields: { ...restOperation().fields, unvan: { from: '$.unvanlar[*]' } } }, ['SOURCE_PLACE_INVALID fields.unvan']],
    ['a pattern', { record: '$[?match(@.a, @.b)]' }, ['SOURCE_PLACE_INVALID record']],
    ['another operation', { operation: 'baska' }, ['SOURCE_OPERATION_UNKNOWN ']],
  ])('name %s', async (_name, operation, faults) => {
    expect(await faultsOf({}, operation)).toEqual(faults);
  }); // prettier-ignore

  test('name files that cannot be used', async () => {
    const { agency, otherAgency } = testCertificates();
    const empty = files.write('empty.pem', 'x');
    expect(await faultsOf({ tls: { ca: `${files.folder}/none` } })).toEqual([
      'SOURCE_FILE_UNREADABLE tls.ca',
    ]);
    expect(await faultsOf({ tls: { ca: empty } })).toEqual(['SOURCE_TLS_FILE_INVALID tls.ca']);
    const certificate = files.write('a.crt', agency.certificate);
    const key = files.write('b.key', otherAgency.key);
    expect(await faultsOf({ tls: { certificate, key } })).toEqual([
      'SOURCE_TLS_FILE_INVALID tls.certificate',
    ]);
    const missing = { kind: 'basic', user: 'a', passwordFile: `${files.folder}/none` } as const;
    expect((await faultsOf({ authentication: missing }))[0]).toMatch(/^PASSWORD_FILE_NOT_READABLE/);
  });
});

describe('the doctor', () => {
  test('finds that a source answers for nobody, whether as not found or as a wrong request', async () => {
    const asked = await open();
    for (const status of [404, 400, 422]) {
      service.answer = () => ({ status, body: {} });
      expect(await checkSource(asked)).toMatchObject([{ outcome: 'answers', missing: [], surplus: [] }]);
    }
    expect(service.requests[0]?.url).toBe('/api/kisiler/00000000000');
  });

  test('says why a source cannot be asked', async () => {
    service.answer = () => ({ status: 302, headers: { location: '/' } });
    expect(await checkSource(await open())).toMatchObject([{ outcome: 'unavailable', cause: 'redirected' }]);
    await source?.close();
    const away = await open({ url: 'https://127.0.0.1:1' });
    expect(await checkSource(away)).toMatchObject([{ outcome: 'unavailable', cause: 'ECONNREFUSED' }]);
  });
});
