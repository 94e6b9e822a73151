import { createRequire } from 'node:module';

interface SqlParser {
  astify(sql: string, options: { readonly database: string }): unknown;
}

const { Parser } = createRequire(import.meta.url)('node-sql-parser/build/transactsql.js') as {
  readonly Parser: new () => SqlParser;
};
const parser = new Parser();

/** The frame of a guard, as `CREATE TRIGGER` and `THROW` are documented; the parser knows neither. */
const TRIGGER =
  /^CREATE TRIGGER \w+ ON \w+ AFTER (?:INSERT|UPDATE|DELETE) AS\s+BEGIN\s+SET NOCOUNT ON;\s+IF (?<condition>.*?)\s+THROW (?<number>\d+), '(?:[^']|'')*', 1;\s+END$/s;
/** The frame of taking a lock: a procedure's result is a variable's, which the parser does not know. */
const LOCK =
  /^DECLARE @granted int;\s+EXEC @granted = sp_getapplock @Resource = N'[\w-]+', @LockMode = 'Exclusive', @LockOwner = 'Transaction',\s+@LockTimeout = \d+;\s+IF @granted < 0 THROW (?<number>\d+), '(?:[^']|'')*', 1;$/s;
/** A foreign key as a constraint of its table; the parser knows none. */
const FOREIGN_KEY = /, CONSTRAINT \[\w+\] FOREIGN KEY \(\[\w+\]\) REFERENCES \[\w+\] \(\[\w+\]\)/g;
/** Of user-defined errors, the smallest number that THROW takes. */
const LEAST_NUMBER = 50_000;

/** What a foreign parser has against a statement as T-SQL; undefined for nothing. */
export function parseTransactSql(sql: string): string | undefined {
  const frame = TRIGGER.exec(sql) ?? LOCK.exec(sql);
  const { number, condition } = frame?.groups ?? {};
  if (number !== undefined && Number(number) < LEAST_NUMBER) return `THROW ${number}`;
  if (frame !== null && condition === undefined) return undefined;
  const rest = condition === undefined ? sql : `SELECT 1 AS refused WHERE ${condition}`;
  return faultOf(rest.replaceAll(FOREIGN_KEY, ''));
}

function faultOf(sql: string): string | undefined {
  try {
    parser.astify(sql, { database: 'transactsql' });
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
