import { cpSync } from 'node:fs';
import pg from 'pg';
import { GatewayClient } from './gateway-client.ts';
import { GatewayPlace, type PlaceOptions } from './gateway-place.ts';
import { type LoadLine, openLines } from './load-lines.ts';
import { PostgresProcess } from './postgres-process.ts';

const DATABASE = 'gecit';

/** A leaf as the shared database holds it. */
export interface ClusterLeaf {
  readonly origin: string;
  readonly index: number;
  readonly queryId: string;
  readonly leaf: Buffer;
}

/** Several nodes of one gateway on one PostgreSQL, each run as the user runs it. Disposing of it ends and removes all. */
export class NodeCluster implements AsyncDisposable {
  readonly database: PostgresProcess;
  readonly nodes: readonly GatewayPlace[];

  private constructor(database: PostgresProcess, nodes: readonly GatewayPlace[]) {
    this.database = database;
    this.nodes = nodes;
  }

  /** The first node makes the demo realm; the others join its database with the same keys and certificates. */
  static async create(count: number, options: Omit<PlaceOptions, 'environment'> = {}): Promise<NodeCluster> {
    const database = await PostgresProcess.create({ durable: true });
    const nodes: GatewayPlace[] = [];
    const cluster = new NodeCluster(database, nodes);
    try {
      await cluster.sqlOn('postgres', `CREATE DATABASE ${DATABASE}`);
      for (let number = 1; number <= count; number++) nodes.push(await cluster.#join(number, options));
      return cluster;
    } catch (error) {
      await cluster[Symbol.asyncDispose]();
      throw error;
    }
  }

  get first(): GatewayPlace {
    return this.#node(0);
  }

  /** An agency's client of one node, whose people are those of the first. */
  connect(node: number, maxSockets = 8): GatewayClient {
    const { access } = this.first;
    const { partnerPort: port } = this.#node(node);
    return new GatewayClient(access.agencies.cgm, { port, ca: access.ca, maxSockets, seen: () => undefined });
  }

  async openLines(node: number, count: number): Promise<LoadLine[]> {
    const { ca, agencies } = this.first.access;
    return openLines(count, this.#node(node).partnerPort, { ca, agency: agencies.cgm });
  }

  /** Asks the shared database past the gateway. */
  async sql<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    return this.sqlOn<Row>(DATABASE, text, values);
  }

  async sqlOn<Row extends pg.QueryResultRow>(
    database: string,
    text: string,
    values: readonly unknown[] = [],
  ): Promise<Row[]> {
    const client = new pg.Client({ connectionString: this.database.url(database) });
    await client.connect();
    try {
      return (await client.query<Row>(text, [...values])).rows;
    } finally {
      await client.end();
    }
  }

  /** Every leaf of every log, by query id. */
  async leaves(): Promise<ReadonlyMap<string, ClusterLeaf>> {
    const rows = await this.sql<ClusterLeaf & { readonly index: string }>(
      `SELECT origin, idx AS index, query_id AS "queryId", leaf FROM audit_leaf JOIN audit_head USING (log)`,
    );
    return new Map(rows.map((row) => [row.queryId, { ...row, index: Number(row.index) }]));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // The first node last: the others use its keys and certificates.
    for (const node of this.nodes.toReversed()) await node[Symbol.asyncDispose]();
    await this.database[Symbol.asyncDispose]();
  }

  #node(number: number): GatewayPlace {
    const node = this.nodes[number];
    if (node === undefined) throw new Error(`there is no node ${String(number)}`);
    return node;
  }

  async #join(number: number, options: Omit<PlaceOptions, 'environment'>): Promise<GatewayPlace> {
    const shared = { GECIT_DATABASE_URL: this.database.url(DATABASE), GECIT_NODE: `node-${String(number)}` };
    if (number === 1) return initialised(await GatewayPlace.create({ ...options, environment: shared }), []);
    const { first } = this;
    const operatorKey = first.path('data', 'operators', 'demo.key');
    const environment = {
      ...shared,
      GECIT_REALM: 'test',
      GECIT_KEYS_DIR: first.path('data', 'keys'),
      GECIT_CERTS_DIR: first.path('certs'),
      GECIT_OPERATOR_KEY: operatorKey,
    };
    const place = await GatewayPlace.create({ ...options, environment });
    cpSync(first.path('data', 'demo'), place.path('data', 'demo'), { recursive: true });
    return initialised(place, ['--operator', 'demo', '--name', 'Deneme Operatörü', '--key', operatorKey]);
  }
}

async function initialised(place: GatewayPlace, options: readonly string[]): Promise<GatewayPlace> {
  const { code, stderr } = await place.run('init', ...options);
  if (code === 0) return place;
  await place[Symbol.asyncDispose]();
  throw new Error(`init failed:\n${stderr}`);
}
