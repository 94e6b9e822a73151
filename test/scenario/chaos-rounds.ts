import { setTimeout as pause } from 'node:timers/promises';
import { type ListedOfficial, listedAbout } from '../support/demo-access.ts';
import { type GatewayClient } from '../support/gateway-client.ts';
import { type GatewayPlace } from '../support/gateway-place.ts';
import { type GatewayProcess } from '../support/gateway-process.ts';
import { fetchToken, seeded, Tally } from '../support/load.ts';
import { type ClusterLeaf, NodeCluster } from '../support/node-cluster.ts';

export interface ChaosOptions {
  readonly seconds: number;
  readonly seed: number;
  readonly nodes: number;
  /** Told every now and then. */
  readonly onProgress?: (figures: ChaosFigures) => void;
}

export interface ChaosFigures {
  seconds: number;
  nodeKills: number;
  databaseKills: number;
  answers: number;
  refusals: number;
  /** Calls whose connection ended before an answer. */
  cutOff: number;
  /** Answers by their problem code. */
  codes: Record<string, number>;
  records: number;
  disclosures: number;
  /** Answers whose leaf was not where and what their receipt said. */
  answersWithoutLeaf: number;
  /** Refusals that say they are recorded and have no leaf. */
  refusalsWithoutLeaf: number;
  /** Officials and agreements with more answers than they may have, or counters that do not count the disclosures. */
  quotaOverruns: number;
  /** What `audit verify` said of each log that it did not find sound. */
  unsound: string[];
}

/** How many queries the limited official may ask a day; everybody else may ask without end. */
const LIMIT = 100;
const WITHOUT_END = 1_000_000;
const CALLERS_A_NODE = 8;
const SHORTEST_PEACE = 1_500;
const LONGEST_PEACE = 6_000;
const LONGEST_ABSENCE = 3_000;
/** Told without a record, because none can be made. */
const UNRECORDED = new Set(['AUDIT_NOT_DURABLE', 'OVERLOADED']);

/** Nodes on one PostgreSQL under load, while nodes and the database are killed at random. */
export async function chaos({ seconds, seed, nodes, onProgress }: ChaosOptions): Promise<ChaosFigures> {
  await using cluster = await NodeCluster.create(nodes, { withoutQuotas: true });
  await cluster.sql('UPDATE authority SET daily_quota = $1 WHERE daily_quota <> $2', [WITHOUT_END, LIMIT]);
  const run = new ChaosRun(cluster, seeded(seed));
  await run.start();
  const begun = performance.now();
  const ends = begun + seconds * 1_000;
  const telling = setInterval(() => onProgress?.(run.figures(begun)), 30_000);
  try {
    await Promise.all([run.load(ends), run.unrest(ends)]);
  } finally {
    clearInterval(telling);
  }
  await run.standAgain();
  return await run.judge(begun);
}

class ChaosRun {
  readonly #cluster: NodeCluster;
  readonly #random: () => number;
  readonly #tally = new Tally();
  readonly #limited = new Tally();
  readonly #running: (GatewayProcess | undefined)[] = [];
  readonly #kills = { node: 0, database: 0 };

  constructor(cluster: NodeCluster, random: () => number) {
    this.#cluster = cluster;
    this.#random = random;
  }

  async start(): Promise<void> {
    for (const [number, node] of this.#cluster.nodes.entries()) this.#running[number] = await node.serve();
  }

  /** Every node is asked by several callers all the time; what is lost is asked again on a new connection. */
  async load(ends: number): Promise<void> {
    const { officials } = this.#cluster.first.access;
    const limited = listedAbout(officials, 'may query, with a daily quota of 100');
    const callers = this.#cluster.nodes.flatMap((_, node) =>
      Array.from({ length: CALLERS_A_NODE }, async (__, place) =>
        this.#call(ends, node, place === 0 ? limited : undefined),
      ),
    );
    await Promise.all(callers);
  }

  /** Kills one thing after the other, and starts it again a little later. */
  async unrest(ends: number): Promise<void> {
    while (performance.now() < ends) {
      await pause(SHORTEST_PEACE + this.#random() * (LONGEST_PEACE - SHORTEST_PEACE));
      const victim = Math.floor(this.#random() * (this.#cluster.nodes.length + 1));
      const absence = this.#random() * LONGEST_ABSENCE;
      const node = this.#cluster.nodes[victim];
      if (node === undefined) await this.#killDatabase(absence);
      else await this.#killNode(victim, node, absence);
    }
  }

  /** Everything runs again, so that what was committed and not yet signed is signed. */
  async standAgain(): Promise<void> {
    for (const [number, node] of this.#cluster.nodes.entries())
      if (this.#running[number]?.running !== true) this.#running[number] = await serveAgain(node);
  }

  figures(begun: number): ChaosFigures {
    const codes: Record<string, number> = {};
    for (const tally of [this.#tally, this.#limited])
      for (const [code, count] of Object.entries(tally.codes())) codes[code] = (codes[code] ?? 0) + count;
    return {
      seconds: Math.round((performance.now() - begun) / 1_000),
      nodeKills: this.#kills.node,
      databaseKills: this.#kills.database,
      answers: this.#tally.answers.length + this.#limited.answers.length,
      refusals: this.#tally.refusals.length + this.#limited.refusals.length,
      cutOff: this.#tally.lost + this.#limited.lost,
      codes,
      records: 0,
      disclosures: 0,
      answersWithoutLeaf: 0,
      refusalsWithoutLeaf: 0,
      quotaOverruns: 0,
      unsound: [],
    };
  }

  /** Compares what partners received with what the shared database holds, and proves every log. */
  async judge(begun: number): Promise<ChaosFigures> {
    const figures = this.figures(begun);
    const leaves = await this.#cluster.leaves();
    figures.records = leaves.size;
    for (const { leaf } of leaves.values())
      if (leaf.includes('"type":"disclosure"')) figures.disclosures += 1;
    for (const tally of [this.#tally, this.#limited]) compare(tally, leaves, figures);
    figures.quotaOverruns = await this.#overruns(figures.disclosures);
    for (const node of this.#cluster.nodes) {
      const { code, stdout, stderr } = await node.run('audit', 'verify');
      if (code !== 0 || !stdout.startsWith('SOUND')) figures.unsound.push(`${stdout}${stderr}`);
    }
    for (const running of this.#running) await running?.interrupt();
    return figures;
  }

  async #overruns(disclosures: number): Promise<number> {
    const officials = await this.#cluster.sql<{ quota: number; used: number; most: number }>(
      `SELECT a.daily_quota AS quota, SUM(c.used)::int AS used, MAX(c.used) AS most
       FROM quota_counter c JOIN authority a ON c.scope = 'official:' || a.agreement_id || '/' || a.official_id
       GROUP BY a.official_id, a.daily_quota`,
    );
    const [counted] = await this.#cluster.sql<{ total: number }>(
      `SELECT COALESCE(SUM(used), 0)::int AS total FROM quota_counter WHERE scope LIKE 'agreement:%'`,
    );
    const limited = officials.find(({ quota }) => quota === LIMIT);
    const overruns = [
      ...officials.map(({ quota, most }) => most > quota),
      this.#limited.answers.length > (limited?.used ?? 0),
      counted?.total !== disclosures,
    ];
    return overruns.filter(Boolean).length;
  }

  async #call(ends: number, node: number, limited: ListedOfficial | undefined): Promise<void> {
    const tally = limited === undefined ? this.#tally : this.#limited;
    while (performance.now() < ends) {
      const client = this.#cluster.connect(node, 1);
      const lostBefore = tally.lost;
      try {
        const token = await this.#tokenOf(client, limited);
        while (performance.now() < ends && tally.lost === lostBefore) await tally.count(client.query(token));
      } catch {
        // No token while the node or the database is away.
        await pause(100);
      }
      client.close();
    }
  }

  async #tokenOf(client: GatewayClient, limited: ListedOfficial | undefined): Promise<string> {
    const { officials } = this.#cluster.first.access;
    return fetchToken(client, limited ?? listedAbout(officials, 'may query'));
  }

  async #killNode(number: number, node: GatewayPlace, absence: number): Promise<void> {
    this.#kills.node += 1;
    await this.#running[number]?.kill();
    await pause(absence);
    this.#running[number] = await serveAgain(node);
  }

  async #killDatabase(absence: number): Promise<void> {
    this.#kills.database += 1;
    await this.#cluster.database.kill();
    await pause(absence);
    await this.#cluster.database.start();
  }
}

const START_TRIES = 10;

/** As a service manager does: what does not start is started again. */
async function serveAgain(node: GatewayPlace): Promise<GatewayProcess> {
  for (let tries = 1; ; tries++) {
    try {
      return await node.serve();
    } catch (error) {
      if (tries === START_TRIES) throw error;
      await pause(500);
    }
  }
}

function compare(
  { answers, refusals }: Tally,
  leaves: ReadonlyMap<string, ClusterLeaf>,
  figures: ChaosFigures,
): void {
  for (const { queryId, index, leaf } of answers) {
    const stored = leaves.get(queryId);
    if (stored?.index !== index || !stored.leaf.equals(leaf)) figures.answersWithoutLeaf += 1;
  }
  for (const { queryId, code } of refusals)
    if (!UNRECORDED.has(code) && !leaves.has(queryId)) figures.refusalsWithoutLeaf += 1;
}
