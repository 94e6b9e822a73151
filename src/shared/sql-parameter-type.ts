/** A T-SQL type of a parameter, e.g. `varchar(11)`: its name and what stands in its brackets; a text without is of any length. */
export interface SqlParameterType {
  readonly name: SqlTypeName;
  readonly sizes: readonly number[];
}

const SIZES = {
  char: 1,
  varchar: 1,
  nchar: 1,
  nvarchar: 1,
  decimal: 2,
  numeric: 2,
  smallint: 0,
  int: 0,
  bigint: 0,
  date: 0,
} as const;

export type SqlTypeName = keyof typeof SIZES;

/** Undefined for a text that is no type of the list, or has other sizes than its type needs. */
export function parseSqlParameterType(text: string): SqlParameterType | undefined {
  const [, name = '', list] = /^([a-z]+)(?:\((\d{1,4}(?:,\d{1,2})?)\))?$/.exec(text) ?? [];
  if (!isTypeName(name)) return undefined;
  const sizes = list === undefined ? [] : list.split(',').map(Number);
  return sizes.length === SIZES[name] && sizes.every((size) => size <= 4_000) ? { name, sizes } : undefined;
}

/** The type as T-SQL declares it. */
export function declareSqlType({ name, sizes }: SqlParameterType): string {
  return sizes.length === 0 ? name : `${name}(${sizes.join(',')})`;
}

function isTypeName(text: string): text is SqlTypeName {
  return Object.hasOwn(SIZES, text);
}
