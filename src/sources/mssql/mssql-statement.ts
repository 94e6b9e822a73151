import { type Fault } from '../../shared/fault.ts';
import {
  declareSqlType,
  parseSqlParameterType,
  type SqlParameterType,
} from '../../shared/sql-parameter-type.ts';
import { type AgreedOperation } from '../agreed-operations.ts';
import { compileQuery } from '../sql/compile-query.ts';
import { type CompiledQuery } from '../sql/sql-engine.ts';
import { queryFault } from '../sql/sql-source-faults.ts';
import { type MssqlOperationSettings } from './mssql-source-settings.ts';
import { onlyReads } from './only-reads.ts';

/** A parameter by the name that T-SQL knows it by, without `@`. */
export interface MssqlParameter {
  readonly name: string;
  readonly type: SqlParameterType;
}

/** A query, or a call of a procedure; `sql` is what the server is asked to describe. */
export interface MssqlStatement extends CompiledQuery {
  /** Undefined: a query. */
  readonly procedure: string | undefined;
  /** In the order of `parameters`. */
  readonly inputs: readonly MssqlParameter[];
  readonly outputs: readonly MssqlParameter[];
  /** 1-based; undefined: there is one only. */
  readonly resultSet: number | undefined;
}

/** An operation with the statement that answers it. */
export interface MssqlOperation extends AgreedOperation<MssqlOperationSettings> {
  readonly compiled: MssqlStatement;
}

/** The statement of a configured operation. Adds what is wrong to `faults` and gives nothing then. */
export function compileStatement(
  sourceId: string,
  agreed: AgreedOperation<MssqlOperationSettings>,
  faults: Fault[],
): MssqlOperation[] {
  const { settings, operation } = agreed;
  const inputs = operation.input.map((field) => field.id);
  const compiled =
    settings.procedure === undefined ? ofQuery(settings, inputs) : ofProcedure(settings.procedure, settings);
  const unused = inputs.filter((id) => !compiled.parameters.includes(id)).map((id) => `:${id}`);
  const unknown = compiled.parameters.filter((id) => !inputs.includes(id)).map((id) => `:${id}`);
  const untyped = inputs.filter((id) => !Object.hasOwn(settings.types, id)).map((id) => `types.${id}`);
  const wrong = [...unused, ...unknown, ...untyped];
  if (wrong.length > 0) faults.push(queryFault(sourceId, settings, 'parameters', wrong.join(', ')));
  const reads = settings.query === undefined || onlyReads(settings.query);
  if (!reads) faults.push(queryFault(sourceId, settings, 'not-a-read', ''));
  return reads && wrong.length === 0 ? [{ ...agreed, compiled }] : [];
}

function ofQuery({ query = '', types }: MssqlOperationSettings, inputIds: readonly string[]): MssqlStatement {
  const { sql, parameters } = compileQuery('mssql', query, inputIds);
  const inputs = parameters.map((id) => ({ name: id, type: typeOf(types[id]) }));
  return { sql, parameters, procedure: undefined, inputs, outputs: [], resultSet: undefined };
}

function ofProcedure(procedure: string, settings: MssqlOperationSettings): MssqlStatement {
  const { types, outputs: given = {}, resultSet } = settings;
  const called = Object.entries(
    settings.arguments ?? Object.fromEntries(Object.keys(types).map((id) => [id, id])),
  );
  const inputs = called.map(([name, id]) => ({ name, type: typeOf(types[id]) }));
  const outputs = Object.entries(given).map(([name, type]) => ({ name, type: typeOf(type) }));
  const list = [
    ...inputs.map(({ name }) => `@${name} = @${name}`),
    ...outputs.map(({ name }) => `@${name} = @${name} OUTPUT`),
  ];
  const sql = `EXEC ${procedure} ${list.join(', ')}`;
  return { sql, parameters: called.map(([, id]) => id), procedure, inputs, outputs, resultSet };
}

/** The declaration of a statement's parameters: `@tckn varchar(11), …`. */
export function declaration({ inputs, outputs }: MssqlStatement): string {
  return [
    ...inputs.map(({ name, type }) => `@${name} ${declareSqlType(type)}`),
    ...outputs.map(({ name, type }) => `@${name} ${declareSqlType(type)} OUTPUT`),
  ].join(', ');
}

/** Settings are checked before; a type that is missing is a fault of its own. */
function typeOf(text: string | undefined): SqlParameterType {
  return parseSqlParameterType(text ?? '') ?? { name: 'varchar', sizes: [1] };
}
