import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { listedAbout } from '../support/demo-access.ts';
import { codeOf } from '../support/gateway-client.ts';
import { type GatewayProcess, until } from '../support/gateway-process.ts';
import { type LoadLine } from '../support/load-lines.ts';
import { callUntilLost, fetchToken, Tally, untilDayIsLong } from '../support/load.ts';
import { NodeCluster } from '../support/node-cluster.ts';

const NODES = [0, 1, 2];
const QUOTA = 100;
const CALLS_A_NODE = 1_000;
const LINES_A_NODE = 50;
const MINUTES = 3 * 60_000;
/** However slow the machine, a call waits for its record. */
const PATIENT = { settings: { 'limits.recordMilliseconds': 60_000 } };

let cluster: NodeCluster;
let running: GatewayProcess[];

async function tokenAt(node: number, about: string): Promise<string> {
  const client = cluster.connect(node);
  try {
    return await fetchToken(client, listedAbout(cluster.first.access.officials, about));
  } finally {
    client.close();
  }
}

beforeAll(async () => {
  cluster = await NodeCluster.create(NODES.length, PATIENT);
  running = await Promise.all(cluster.nodes.map(async (node) => node.serve()));
}, MINUTES);

afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
}, MINUTES);

describe('three nodes of one database', () => {
  test(
    'give exactly 100 answers for 3,000 calls of an official with a daily quota of 100 [R002-031]',
    async () => {
      await untilDayIsLong();
      // A token of one node is good on all of them.
      const token = await tokenAt(0, 'may query, with a daily quota of 100');
      const tally = new Tally();
      const lines = await Promise.all(NODES.map(async (node) => cluster.openLines(node, LINES_A_NODE)));
      await Promise.all(lines.flatMap((ofNode) => callsOver(ofNode, token, tally)));
      for (const line of lines.flat()) line.close();
      expect(tally.codes()).toEqual({
        answered: QUOTA,
        QUOTA_EXCEEDED: NODES.length * CALLS_A_NODE - QUOTA,
      });
      const leaves = [...(await cluster.leaves()).values()];
      expect(leaves.filter(({ leaf }) => leaf.includes('"type":"disclosure"'))).toHaveLength(QUOTA);
    },
    MINUTES,
  );

  test(
    'refuse on every node within a second what a command on one of them has ended',
    async () => {
      const token = await tokenAt(1, 'may query');
      const { clientId } = listedAbout(cluster.first.access.officials, 'may query');
      const clients = NODES.map((node) => cluster.connect(node, 1));
      const askAll = async (): Promise<string[]> =>
        Promise.all(clients.map(async (client) => codeOf(await client.query(token))));
      expect(await askAll()).toEqual(NODES.map(() => 'answered'));
      const ended = await cluster.first.run('personnel', 'end', 'tr-iskur-cgm-2024', clientId);
      expect(ended.code).toBe(0);
      const begun = performance.now();
      expect(await askAll()).toEqual(NODES.map(() => 'OFFICIAL_NOT_AUTHORISED'));
      expect(performance.now() - begun).toBeLessThan(1_000);
      for (const client of clients) client.close();
    },
    MINUTES,
  );

  test(
    'keep a second process away from the log of a node',
    async () => {
      const second = await cluster.first.runWith(
        { environment: { GECIT_PARTNER_PORT: '0', GECIT_OPS_PORT: '0' } },
        'serve',
      );
      expect(second.code).toBe(2);
      expect(second.stderr).toContain('LOG_IN_USE');
    },
    MINUTES,
  );

  test(
    'lose no answered query with kill -9 of one of them, and each log is sound',
    async () => {
      const token = await tokenAt(2, 'has a daily quota of 3');
      const client = cluster.connect(2);
      const tally = new Tally();
      const calls = callUntilLost(8, async () => client.query(token), tally);
      await until(() => tally.refusals.length > 20, 'some records');
      await running[2]?.kill();
      await calls;
      client.close();
      await cluster.nodes[2]?.serve();
      const leaves = await cluster.leaves();
      expect(tally.answers).toHaveLength(3);
      for (const { queryId, index, leaf } of tally.answers)
        expect(leaves.get(queryId)).toMatchObject({ index, leaf });
      expect(tally.refusals.filter(({ queryId }) => !leaves.has(queryId))).toEqual([]);
      for (const node of cluster.nodes) {
        const { code, stdout } = await node.run('audit', 'verify');
        expect([code, stdout.slice(0, 5)]).toEqual([0, 'SOUND']);
      }
    },
    MINUTES,
  );
});

/** Calls over each of the lines, one after the other, together as many as one node gets. */
function callsOver(lines: readonly LoadLine[], token: string, tally: Tally): Promise<void>[] {
  let left = CALLS_A_NODE;
  return lines.map(async (line) => {
    while (left > 0) {
      left -= 1;
      await tally.count(line.query(token));
    }
  });
}
