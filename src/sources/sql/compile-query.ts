import { type CompiledQuery } from './sql-engine.ts';

/** How engines write the place of a value. */
export type Dialect = 'sqlite' | 'postgres' | 'mysql' | 'mssql';

/**
 * What may hold a colon that begins no parameter, and the parameter itself: literals, quoted names, comments,
 * dollar-quoted texts and casts of PostgreSQL.
 */
const TOKENS =
  /'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|--[^\n]*|\/\*[^]*?\*\/|\$([A-Za-z_]\w*)?\$[^]*?\$\1\$|::|:([A-Za-z]\w*)/g;

/**
 * Turns the named parameters of a configured query (`:tckn`) into placeholders of the dialect.
 * A name that is not an input field is left in the text, where the engine reports it.
 */
export function compileQuery(dialect: Dialect, query: string, inputIds: readonly string[]): CompiledQuery {
  const parameters: string[] = [];
  const sql = withoutEnd(query).replace(TOKENS, (token: string, _tag: unknown, name: string | undefined) => {
    const isInput = name !== undefined && inputIds.includes(name);
    return isInput ? placeholder(dialect, name, parameters) : token;
  });
  return { sql, parameters };
}

/** The placeholder of an occurrence; adds to `parameters` what has to be bound for it. */
function placeholder(dialect: Dialect, name: string, parameters: string[]): string {
  const numbered = dialect === 'postgres' || dialect === 'mssql';
  if (!numbered || !parameters.includes(name)) parameters.push(name);
  if (dialect === 'postgres') return `$${String(parameters.indexOf(name) + 1)}`;
  return dialect === 'mssql' ? `@${name}` : '?';
}

function withoutEnd(query: string): string {
  return query.trim().replace(/;$/, '').trimEnd();
}
