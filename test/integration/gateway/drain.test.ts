import { once } from 'node:events';
import { Agent, request } from 'node:https';
import { connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { describe, expect, test } from '@jest/globals';
import { codeOf } from '../../support/gateway-client.ts';
import { AGREEMENT, KNOWN, OPERATION, PURPOSE } from '../../support/gateway-realm.ts';
import { until } from '../../support/gateway-process.ts';
import { type ClientAnswer, readAll } from '../../support/partner-client.ts';
import { startGateway, type TestGateway } from '../../support/start-gateway.ts';

const CLIENTS = 8;
const PATH = `/v1/agreements/${AGREEMENT}/operations/${OPERATION}`;
const BODY = JSON.stringify({ input: { tckn: KNOWN.tckn }, purpose: PURPOSE, caseReference: '2026/118' });

/** A lead time that the test ends. */
class Lead {
  #end = (): void => undefined;
  readonly drained = async (): Promise<void> =>
    new Promise((resolve) => {
      this.#end = resolve;
    });

  end(): void {
    this.#end();
  }
}

/** What became of the requests of one client. */
interface Outcomes {
  readonly codes: string[];
  /** Answers that said that their connection ends. */
  closing: number;
  /** Requests that were sent and got no answer. */
  lost: number;
}

/** Asks again and again, until no connection can be opened. */
async function askToTheEnd(gateway: TestGateway, token: string, outcomes: Outcomes): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1, ...tlsOf(gateway) });
  const { port } = gateway;
  for (;;) {
    const answer = await ask(agent, port, token);
    if (answer === 'not sent') break;
    if (answer === 'lost') outcomes.lost += 1;
    else {
      gateway.seen.push({ path: PATH, answer });
      outcomes.codes.push(`${codeOf(answer)} ${answer.headers['retry-after'] ?? ''}`);
      if (answer.headers.connection === 'close') outcomes.closing += 1;
    }
  }
  agent.destroy();
}

async function ask(agent: Agent, port: number, token: string): Promise<ClientAnswer | 'lost' | 'not sent'> {
  return new Promise((resolve) => {
    let sent = false;
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const outgoing = request({ agent, port, host: '127.0.0.1', method: 'POST', path: PATH, headers });
    outgoing.on('socket', (socket) => {
      sent = outgoing.reusedSocket;
      socket.once('secureConnect', () => {
        sent = true;
      });
    });
    outgoing.on('error', () => {
      resolve(sent ? 'lost' : 'not sent');
    });
    outgoing.on('response', (incoming) => {
      void readAll(incoming).then((text) => {
        const { statusCode: status = 0, headers: given, rawHeaders } = incoming;
        const json = (): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>;
        resolve({ status, headers: given, rawHeaders, text, json });
      });
    });
    outgoing.end(BODY);
  });
}

function tlsOf({ access }: TestGateway): { ca: string; servername: string; cert: string; key: string } {
  const { certificate, key } = access.agencies.cgm;
  return { ca: access.ca, servername: 'localhost', cert: certificate, key };
}

async function readiness(gateway: TestGateway): Promise<[number, unknown]> {
  const answer = await fetch(`${gateway.running.opsUrl}/readyz`);
  return [answer.status, ((await answer.json()) as { failed: unknown }).failed];
}

describe('a node that is stopped', () => {
  test('is unready first and still answers, and says with each answer that the connection ends', async () => {
    const lead = new Lead();
    await using gateway = await startGateway({ drained: lead.drained });
    const official = gateway.official();
    expect((await official.query()).headers.connection).toBe('keep-alive');
    expect(await readiness(gateway)).toEqual([200, []]);
    const closed = gateway.running.close();
    expect(await readiness(gateway)).toEqual([503, ['accepting']]);
    const answered = await official.query();
    expect([codeOf(answered), answered.headers.connection]).toEqual(['answered', 'close']);
    expect(codeOf(await official.query())).toBe('answered');
    lead.end();
    await closed;
    await expect(official.query()).rejects.toThrow('ECONNREFUSED');
    await expect(readiness(gateway)).rejects.toThrow();
  });

  test('loses no request under load: each is answered, or told to come back, or was never sent', async () => {
    const lead = new Lead();
    await using gateway = await startGateway({ drained: lead.drained });
    const token = await gateway.official().token();
    const outcomes = Array.from({ length: CLIENTS }, (): Outcomes => ({ codes: [], closing: 0, lost: 0 }));
    const loops = outcomes.map(async (one) => askToTheEnd(gateway, token, one));
    await until(() => outcomes.every(({ codes }) => codes.length > 1), 'answers to every client');
    const closed = gateway.running.close();
    await until(() => outcomes.every(({ closing }) => closing > 1), 'every client to come back');
    lead.end();
    await Promise.all([closed, ...loops]);
    expect(outcomes.map(({ lost }) => lost)).toEqual(outcomes.map(() => 0));
    const codes = new Set(outcomes.flatMap((one) => one.codes));
    expect(
      [...codes].filter((code) => !/^(answered |(OVERLOADED|QUOTA_EXCEEDED) [0-9]+)$/.test(code)),
    ).toEqual([]);
    expect(codes).toContain('answered ');
  });

  test('tells a request that comes too late so, and records it, while it waits for those under way', async () => {
    await using gateway = await startGateway();
    const token = await gateway.official().token();
    const release = gateway.source.hold();
    const underWay = gateway.official().query();
    const early = connectTcp(gateway.port, '127.0.0.1');
    await once(early, 'connect');
    await gateway.sourceAsked(1);
    const { port } = gateway;
    const closed = gateway.running.close();
    await refusing(port);
    const late = connectTls({ socket: early, ...tlsOf(gateway) });
    late.write(
      `POST ${PATH} HTTP/1.1\r\nHost: localhost\r\n` +
        `Authorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`,
    );
    const [head = '', body = ''] = (await readAll(late)).split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 503 .*^Retry-After: 1\r?$.*^Connection: close\r?$/ms);
    const problem = JSON.parse(body) as { code: string; instance: string };
    expect(problem.code).toBe('OVERLOADED');
    release();
    const answered = await underWay;
    expect([codeOf(answered), answered.headers.connection]).toEqual(['answered', 'close']);
    await closed;
    const record = gateway.records().find(({ queryId }) => problem.instance === `urn:uuid:${queryId}`);
    expect(record).toMatchObject({ type: 'refusal', code: 'OVERLOADED', agency: 'cgm' });
  });
});

/** Resolves once nobody listens on the port any more. */
async function refusing(port: number): Promise<void> {
  for (;;) {
    const socket = connectTcp(port, '127.0.0.1');
    const refused = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => {
        resolve(false);
      });
      socket.once('error', () => {
        resolve(true);
      });
    });
    socket.destroy();
    if (refused) return;
  }
}
