import { FaultsError } from '../../src/shared/fault.ts';
import { GatewayError } from '../../src/shared/problem.ts';
import { GuardedSource } from '../../src/sources/guard/guarded-source.ts';
import { createMssqlSource } from '../../src/sources/mssql/create-mssql-source.ts';
import { type LogIn } from '../../src/sources/mssql/mssql-connection.ts';
import {
  type MssqlOperationSettings,
  type MssqlSourceSettings,
} from '../../src/sources/mssql/mssql-source-settings.ts';
import { type OpenContext } from '../../src/sources/open-source.ts';
import { type SourceAnswer } from '../../src/sources/source.ts';
import { type SourceLimits } from '../../src/sources/source-settings.ts';
import { type SqlSource } from '../../src/sources/sql/sql-source.ts';
import { lookupOperation } from './source-document.ts';
import { sourceLimits } from './source-limits.ts';
import { KNOWN_TCKN } from './test-sql-source.ts';

const AGREEMENT = 'tr-iskur-cgm-2024';

export interface TestMssqlOptions {
  readonly operation: Partial<MssqlOperationSettings>;
  readonly server?: Partial<MssqlSourceSettings['server']>;
  readonly timeoutMilliseconds?: number;
  readonly limits?: Partial<SourceLimits>;
  readonly logIn?: LogIn;
}

/** A guarded source on SQL Server with one operation. */
export class TestMssqlSource implements AsyncDisposable {
  readonly guarded: GuardedSource;
  readonly source: SqlSource;
  readonly events: readonly string[];

  private constructor(source: SqlSource, guarded: GuardedSource, events: readonly string[]) {
    this.source = source;
    this.guarded = guarded;
    this.events = events;
  }

  /** @throws FaultsError */
  static async open({
    operation,
    server = {},
    timeoutMilliseconds = 10_000,
    limits = {},
    logIn,
  }: TestMssqlOptions): Promise<TestMssqlSource> {
    const agreed = lookupOperation();
    const settings: MssqlSourceSettings = {
      id: 'kayit',
      kind: 'mssql',
      system: agreed.system,
      server: {
        host: '127.0.0.1',
        port: 1,
        database: 'sicil',
        user: 'okur',
        password: () => 'x',
        tls: { mode: 'off' },
        ...server,
      },
      timeoutMilliseconds,
      limits: sourceLimits(limits),
      operations: [
        { agreement: AGREEMENT, operation: agreed.id, types: { tckn: 'varchar(11)' }, ...operation },
      ],
    };
    const events: string[] = [];
    const context: OpenContext = {
      findOperation: () => agreed,
      onEvent: ({ kind, detail }) => events.push(`${kind} ${detail}`),
    };
    const source = await createMssqlSource(settings, context, logIn);
    return new TestMssqlSource(source, new GuardedSource(source, settings, context.onEvent), events);
  }

  /** The records, or the code and the private cause of the problem. */
  async ask(tckn = KNOWN_TCKN): Promise<SourceAnswer['records'] | string> {
    try {
      const query = { agreementId: AGREEMENT, operationId: lookupOperation().id, input: { tckn } };
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

/** The codes of the faults that opening such a source shows; none: it opens. */
export async function mssqlFaults(options: TestMssqlOptions): Promise<string[]> {
  try {
    await using source = await TestMssqlSource.open(options);
    return source.events.filter((event) => event === '');
  } catch (thrown) {
    if (!(thrown instanceof FaultsError)) throw thrown;
    return thrown.faults.map(({ code }) => code);
  }
}
