import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';

const AGREEMENT = 'tr-iskur-cgm-2024';
const OPERATION = 'araci-sorgu';
const PURPOSE = 'cocuk-isciligi-takip';
const PATH = `/v1/agreements/${AGREEMENT}/operations/${OPERATION}`;

/**
 * The partner agency of the demo realm: its certificate, the token of its official, and the queries it will send.
 * @returns `clientTls` for connections, `serverTls` for servers beside the gateway, `texts` of whole HTTP requests and
 *   `answers`, one model answer of the gateway for each
 */
export async function introducePartner(folders, port) {
  const demo = JSON.parse(readFileSync(join(folders.data, 'demo.json'), 'utf8'));
  const official = demo.officials[0];
  const pem = (name) => readFileSync(join(folders.certs, 'demo', name), 'utf8');
  const ca = pem('ca.crt');
  const clientTls = { ca, cert: pem(`${official.agency}.crt`), key: pem(`${official.agency}.key`) };
  const connection = { host: '127.0.0.1', port, servername: 'localhost', agent: false, ...clientTls };
  const token = await fetchToken(connection, official);
  const bodies = demo.subjects.map(({ tckn }) => JSON.stringify({ input: { tckn }, purpose: PURPOSE, caseReference: '2026/118' })); // prettier-ignore
  const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` };
  const answers = [];
  for (const body of bodies) answers.push(await post(connection, PATH, headers, body));
  return {
    clientTls,
    serverTls: { ca, cert: pem('server.crt'), key: pem('server.key') },
    texts: bodies.map((body) => requestText(headers, body)),
    answers,
  };
}

async function fetchToken(connection, { clientId, clientSecret }) {
  const credentials = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
  const headers = {
    'Content-Type': 'application/x-www-form-urlencoded',
    Authorization: `Basic ${credentials}`,
  };
  const answer = await post(connection, '/oauth2/token', headers, 'grant_type=client_credentials');
  return answer.access_token;
}

function post(connection, path, headers, body) {
  return new Promise((resolve, reject) => {
    const sent = request({ ...connection, method: 'POST', path, headers, timeout: 10_000 }, (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('end', () => {
        const text = Buffer.concat(parts).toString('utf8');
        if (response.statusCode === 200) resolve(JSON.parse(text));
        else reject(new Error(`the gateway answered ${response.statusCode} to ${path}: ${text}`));
      });
    });
    sent.on('timeout', () => sent.destroy(new Error(`the gateway did not answer ${path}`)));
    sent.on('error', reject);
    sent.end(body);
  });
}

/** The bytes of one request on a connection that is kept open. */
function requestText(headers, body) {
  const lines = Object.entries({ Host: 'localhost', ...headers, 'Content-Length': Buffer.byteLength(body) });
  return `POST ${PATH} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`;
}
