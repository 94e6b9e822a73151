import { describe, expect, test } from '@jest/globals';
import { type LogIn } from '../../../../src/sources/mssql/mssql-connection.ts';
import {
  type MssqlAnswer,
  type MssqlCall,
  type MssqlResultSet,
  type MssqlSession,
} from '../../../../src/sources/mssql/mssql-session.ts';
import { mssqlFaults, TestMssqlSource } from '../../../support/test-mssql-source.ts';
import { KNOWN_TCKN } from '../../../support/test-sql-source.ts';

const QUERY = 'SELECT ad FROM kisi WHERE tckn = :tckn';

/** Answers a call by what it asks for: the session's settings, a description, or the statement itself. */
interface Script {
  readonly first?: () => MssqlResultSet;
  readonly undeclared?: () => MssqlResultSet;
  readonly answer?: (call: MssqlCall) => MssqlAnswer;
}

class FakeSession implements MssqlSession {
  readonly calls: MssqlCall[] = [];
  readonly began = false;
  usable = true;
  readonly #script: Script;

  constructor(script: Script) {
    this.#script = script;
  }

  async call(call: MssqlCall): Promise<MssqlAnswer> {
    this.calls.push(call);
    return Promise.resolve(this.#answerTo(call));
  }

  destroy(): void {
    this.usable = false;
  }

  #answerTo(call: MssqlCall): MssqlAnswer {
    const { first = () => described('ad'), undeclared = () => described() } = this.#script;
    if (call.text.includes('LOCK_TIMEOUT')) return sets();
    if (call.text === 'sys.sp_describe_first_result_set') return sets(first());
    if (call.text === 'sys.sp_describe_undeclared_parameters') return sets(undeclared());
    return this.#script.answer?.(call) ?? sets(set(['ad'], [['Ayşe']]));
  }
}

function described(...names: (string | null)[]): MssqlResultSet {
  return set(
    ['is_hidden', 'name'],
    names.map((name) => [false, name]),
  );
}

function set(names: string[], rows: unknown[][], type = 'NVarChar'): MssqlResultSet {
  return { columns: names.map((name) => ({ name, type })), rows };
}

function sets(...list: MssqlResultSet[]): MssqlAnswer {
  return { sets: list, outputs: {} };
}

function failing(number: number, severity = 16, ...preceding: number[]): () => never {
  const made = (of: number): Error =>
    Object.assign(new Error(`hata ${String(of)}`), { number: of, class: severity, code: 'EREQUEST' });
  return () => {
    throw Object.assign(made(number), { precedingErrors: preceding.map(made) });
  };
}

function logInto(script: Script): { sessions: FakeSession[]; logIn: LogIn } {
  const sessions: FakeSession[] = [];
  const logIn: LogIn = async () => {
    const session = new FakeSession(script);
    sessions.push(session);
    return Promise.resolve(session);
  };
  return { sessions, logIn };
}

describe('a source on SQL Server', () => {
  test('asks a query with typed values, cut after the second row', async () => {
    const { sessions, logIn } = logInto({});
    await using source = await TestMssqlSource.open({ operation: { query: QUERY }, logIn });
    expect(await source.ask()).toEqual([{ ad: 'Ayşe' }]);
    expect(sessions.flatMap(({ calls }) => calls).at(-1)).toEqual({
      kind: 'batch',
      text: 'SET ROWCOUNT 2;\nSELECT ad FROM kisi WHERE tckn = @tckn',
      inputs: [{ name: 'tckn', type: { name: 'varchar', sizes: [11] }, value: KNOWN_TCKN }],
      outputs: [],
    });
    expect(source.source.answers()[0]?.columns).toEqual(['ad']);
  });

  test('has the server describe a statement with its declarations, and waits for locks within the time limit', async () => {
    const { sessions, logIn } = logInto({});
    await using source = await TestMssqlSource.open({
      operation: { query: QUERY },
      timeoutMilliseconds: 2_500,
      logIn,
    });
    expect(source.events).toEqual([]);
    const [settings, undeclared, first] = sessions[0]?.calls ?? [];
    expect(settings?.text).toContain('SET LOCK_TIMEOUT 2500');
    for (const call of [undeclared, first])
      expect(call?.inputs.map(({ name, value }) => [name, value])).toEqual([
        ['tsql', 'SELECT ad FROM kisi WHERE tckn = @tckn'],
        ['params', '@tckn varchar(11)'],
      ]);
  });

  test('calls a procedure with its own names of parameters', async () => {
    const { sessions, logIn } = logInto({});
    const operation = { procedure: 'dbo.AraciGetir', arguments: { TcKimlikNo: 'tckn' } };
    await using source = await TestMssqlSource.open({ operation, logIn });
    expect(await source.ask()).toEqual([{ ad: 'Ayşe' }]);
    expect(sessions[0]?.calls.at(-1)).toMatchObject({
      kind: 'procedure',
      text: 'dbo.AraciGetir',
      inputs: [{ name: 'TcKimlikNo', value: KNOWN_TCKN }],
    });
    expect(sessions[0]?.calls[1]?.inputs[0]?.value).toBe('EXEC dbo.AraciGetir @TcKimlikNo = @TcKimlikNo');
  });

  test('makes a record of OUTPUT parameters, and nobody of parameters that stay null', async () => {
    let outputs: Record<string, unknown> = { Ad: 'Ayşe', Dogum: new Date('1990-02-28T00:00:00Z'), Sira: '5' };
    const { logIn } = logInto({ answer: () => ({ sets: [], outputs }) });
    const operation = {
      procedure: 'AraciGetir',
      outputs: { Ad: 'nvarchar(100)', Dogum: 'date', Sira: 'bigint' },
    };
    await using source = await TestMssqlSource.open({ operation, logIn });
    expect(source.source.answers()[0]?.columns).toEqual(['Ad', 'Dogum', 'Sira']);
    expect(await source.ask()).toEqual([{ Ad: 'Ayşe', Dogum: '1990-02-28', Sira: 5 }]);
    outputs = { Ad: null, Dogum: null, Sira: undefined };
    expect(await source.ask()).toEqual([]);
  });

  test('takes the result set that the settings name, and one only where they name none', async () => {
    const answer = (): MssqlAnswer => sets(set(['log'], [['x']]), set(['ad'], [['Ayşe']]));
    const { logIn } = logInto({ answer });
    await using second = await TestMssqlSource.open({ operation: { procedure: 'p', resultSet: 2 }, logIn });
    expect(await second.ask()).toEqual([{ ad: 'Ayşe' }]);
    await using third = await TestMssqlSource.open({ operation: { procedure: 'p', resultSet: 3 }, logIn });
    expect(await third.ask()).toBe('SOURCE_ANSWER_INVALID NO_RESULT_SET');
    await using unnamed = await TestMssqlSource.open({ operation: { procedure: 'p' }, logIn });
    expect(await unnamed.ask()).toBe('SOURCE_ANSWER_INVALID SEVERAL_RESULT_SETS');
  });

  test('starts with a procedure that the server cannot describe, and learns its columns from its answer', async () => {
    const { logIn } = logInto({ first: failing(11526) });
    await using source = await TestMssqlSource.open({ operation: { procedure: 'p' }, logIn });
    expect(source.source.answers()[0]?.columns).toEqual([]);
    expect(await source.ask()).toEqual([{ ad: 'Ayşe' }]);
    expect(source.source.answers()[0]?.columns).toEqual(['ad']);
  });

  test.each([
    [208, 16, 'SOURCE_UNAVAILABLE MSSQL_208', true],
    [229, 14, 'SOURCE_UNAVAILABLE MSSQL_229', true],
    [1222, 16, 'SOURCE_UNAVAILABLE time-limit', true],
    [1205, 13, 'SOURCE_UNAVAILABLE MSSQL_1205', true],
    [983, 14, 'SOURCE_UNAVAILABLE MSSQL_983', true],
    [21, 20, 'SOURCE_UNAVAILABLE MSSQL_21', false],
  ])(
    'error %i of severity %i is told as %s, and keeps the session: %p',
    async (number, severity, outcome, kept) => {
      const { sessions, logIn } = logInto({ answer: failing(number, severity) });
      await using source = await TestMssqlSource.open({
        operation: { query: QUERY },
        limits: { retries: 0 },
        logIn,
      });
      expect(await source.ask()).toBe(outcome);
      await source.ask();
      expect(sessions.length).toBe(kept ? 1 : 2);
    },
  );
});

describe('what is configured for SQL Server is checked when the source is made', () => {
  const types = {};

  test.each([
    ['SOURCE_QUERY_NOT_READ_ONLY', { query: 'DELETE FROM kisi WHERE tckn = :tckn' }, {}],
    ['SOURCE_QUERY_PARAMETERS', { query: 'SELECT ad FROM kisi' }, {}],
    ['SOURCE_QUERY_PARAMETERS', { query: QUERY, types }, {}],
    ['SOURCE_QUERY_PARAMETERS', { procedure: 'p', arguments: { a: 'baska' } }, {}],
    ['SOURCE_QUERY_PARAMETERS', { query: QUERY }, { undeclared: () => set(['name'], [['@diger']]) }],
    ['SOURCE_QUERY_PARAMETERS', { procedure: 'p' }, { first: failing(201) }],
    ['SOURCE_QUERY_PARAMETERS', { procedure: 'p' }, { undeclared: failing(11501, 16, 8144) }],
    ['SOURCE_QUERY_INVALID', { query: QUERY }, { undeclared: failing(208) }],
    ['SOURCE_QUERY_INVALID', { procedure: 'yok' }, { first: failing(2812) }],
    ['SOURCE_QUERY_INVALID', { query: QUERY }, { first: failing(11526) }],
    ['SOURCE_QUERY_COLUMNS', { query: QUERY }, { first: () => described('ad', 'ad') }],
    ['SOURCE_QUERY_COLUMNS', { query: QUERY }, { first: () => described(null, null) }],
    ['SOURCE_QUERY_NOT_READ_ONLY', { query: QUERY }, { first: () => described() }],
  ])('%s: %p', async (code, operation, script) => {
    expect(await mssqlFaults({ operation, logIn: logInto(script).logIn })).toEqual([code]);
  });

  test('a missing grant and a server that is down are no faults of the settings', async () => {
    for (const first of [failing(229, 14), failing(17_142, 17)]) {
      await using source = await TestMssqlSource.open({
        operation: { query: QUERY },
        logIn: logInto({ first }).logIn,
      });
      expect(await source.ask()).toMatch(/^SOURCE_UNAVAILABLE MSSQL_/);
    }
  });
});
