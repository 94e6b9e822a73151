import { type Operation } from '../../src/agreement/agreement.ts';
import { FaultsError } from '../../src/shared/fault.ts';
import { GatewayError } from '../../src/shared/problem.ts';
import { GuardedSource } from '../../src/sources/guard/guarded-source.ts';
import { type OpenContext } from '../../src/sources/open-source.ts';
import { type SourceAnswer } from '../../src/sources/source.ts';
import { type SourceLimits } from '../../src/sources/source-settings.ts';
import { createSqlSource } from '../../src/sources/sql/create-sql-source.ts';
import { type SqlSource } from '../../src/sources/sql/sql-source.ts';
import { type SqlSourceSettings } from '../../src/sources/sql/sql-source-settings.ts';
import { lookupOperation } from './source-document.ts';
import { sourceLimits } from './source-limits.ts';

export const KNOWN_TCKN = '10000000146';
const AGREEMENT = 'tr-iskur-cgm-2024';

export interface TestSourceOptions {
  readonly queries: readonly string[];
  readonly timeoutMilliseconds?: number;
  readonly limits?: Partial<SourceLimits>;
}

/** A guarded SQL source with one operation a query, in order. */
export class TestSqlSource implements AsyncDisposable {
  readonly guarded: GuardedSource;
  readonly source: SqlSource;
  readonly events: readonly string[];

  private constructor(source: SqlSource, guarded: GuardedSource, events: readonly string[]) {
    this.source = source;
    this.guarded = guarded;
    this.events = events;
  }

  /** Opens a source on a server. @throws FaultsError */
  static async open(
    server: NonNullable<SqlSourceSettings['server']>,
    options: TestSourceOptions,
  ): Promise<TestSqlSource> {
    const settings = settingsOf(server, options);
    const events: string[] = [];
    const context: OpenContext = {
      findOperation: (_agreement, id) => operation(id),
      onEvent: ({ kind, detail }) => events.push(`${kind} ${detail}`),
    };
    const source = await createSqlSource(settings, context);
    return new TestSqlSource(source, new GuardedSource(source, settings, context.onEvent), events);
  }

  /** Asks the operation at this place; the records, or the code and the private cause of the problem. */
  async ask(tckn = KNOWN_TCKN, place = 0): Promise<SourceAnswer['records'] | string> {
    try {
      const query = { agreementId: AGREEMENT, operationId: idOf(place), input: { tckn } };
      return (await this.guarded.fetch(query)).records;
    } catch (thrown) {
      if (!(thrown instanceof GatewayError)) throw thrown;
      return `${thrown.code} ${String(thrown.cause)}`;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.guarded.close();
  }
}

/** The codes of the faults that opening a source with this query shows; none: it opens. */
export async function faultsOfQuery(
  server: NonNullable<SqlSourceSettings['server']>,
  query: string,
): Promise<string[]> {
  try {
    await using source = await TestSqlSource.open(server, { queries: [query] });
    return source.events.filter((event) => event === '');
  } catch (thrown) {
    if (!(thrown instanceof FaultsError)) throw thrown;
    return thrown.faults.map(({ code }) => code);
  }
}

/** The settings of a server that is reached in the clear and asks for no password. */
export function plainServer(
  dialect: 'postgres' | 'mysql',
  url: string,
  port?: number,
): NonNullable<SqlSourceSettings['server']> {
  const { hostname, port: named, pathname, username, password } = new URL(url);
  return {
    dialect,
    host: hostname,
    port: port ?? Number(named),
    database: pathname.slice(1),
    user: username,
    password: password === '' ? undefined : () => decodeURIComponent(password),
    tls: { mode: 'off' },
  };
}

function settingsOf(
  server: NonNullable<SqlSourceSettings['server']>,
  { queries, timeoutMilliseconds = 5000, limits = {} }: TestSourceOptions,
): SqlSourceSettings {
  return {
    id: 'kayit',
    kind: 'sql',
    system: lookupOperation().system,
    url: 'postgres://',
    server,
    timeoutMilliseconds,
    limits: sourceLimits(limits),
    operations: queries.map((query, place) => ({ agreement: AGREEMENT, operation: idOf(place), query })),
  };
}

function operation(id: string): Operation {
  return { ...lookupOperation(), id };
}

function idOf(place: number): string {
  return `sorgu-${String(place)}`;
}
