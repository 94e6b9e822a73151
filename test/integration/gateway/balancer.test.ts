import { describe, expect, test } from '@jest/globals';
import { codeOf, OfficialClient } from '../../support/gateway-client.ts';
import { binary, line } from '../../support/proxy-header.ts';
import { startGateway, type TestGateway } from '../../support/start-gateway.ts';
import { type HeaderWriter, TcpBalancer } from '../../support/tcp-balancer.ts';

const BEHIND = { partner: { balancers: ['127.0.0.1'] } };
const VERSIONS: readonly (readonly [string, HeaderWriter])[] = [
  ['version 1', line],
  ['version 2', binary],
];

/** The official who may query from 127.0.0.2 only, asking through a balancer from an address of this machine. */
function officialFrom(gateway: TestGateway, port: number, localAddress: string): OfficialClient {
  const { listed } = gateway.official('may query from 127.0.0.2');
  const client = gateway.connect(gateway.access.agencies.cgm, 1, { port, localAddress });
  return new OfficialClient(listed, () => client);
}

describe.each(VERSIONS)('a query through a balancer that speaks PROXY protocol %s', (_version, header) => {
  test("is answered by the client's own address, whatever HTTP headers say [R002-028]", async () => {
    await using gateway = await startGateway(BEHIND);
    await using balancer = await TcpBalancer.start(gateway.port, header);
    const official = officialFrom(gateway, balancer.port, '127.0.0.2');
    const answered = await official.query({ headers: { 'x-forwarded-for': '10.0.0.1' } });
    expect(codeOf(answered)).toBe('answered');
    expect(gateway.personalOf(answered).content).toMatchObject({ address: '127.0.0.2' });
  });

  test('is refused from another address, and the record names it', async () => {
    await using gateway = await startGateway(BEHIND);
    await using balancer = await TcpBalancer.start(gateway.port, header);
    const official = officialFrom(gateway, balancer.port, '127.0.0.3');
    const refused = await official.query({ headers: { 'x-forwarded-for': '127.0.0.2' } });
    expect(codeOf(refused)).toBe('ADDRESS_NOT_ALLOWED');
    expect(gateway.personalOf(refused).content).toMatchObject({ address: '127.0.0.3' });
  });
});

describe('a client that forges a PROXY header', () => {
  test('is not heard where it is not listed as a balancer', async () => {
    await using gateway = await startGateway({ partner: { balancers: ['192.0.2.1'] } });
    await using liar = await TcpBalancer.start(gateway.port, ({ destination }) =>
      line({ source: '127.0.0.2', destination }),
    );
    await expect(officialFrom(gateway, liar.port, '127.0.0.3').query()).rejects.toThrow();
    expect(gateway.records()).toEqual([]);
  });
});
