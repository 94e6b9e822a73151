// Stands in for the database driver in the single file: the same few calls over the SQLite of the runtime, for reading.
const builtin = process.getBuiltinModule?.('node:sqlite');

class Missing extends Error {
  name = 'SQLITE_NOT_IN_RUNTIME';
}

/** Blobs come as plain arrays of bytes; the readers expect buffers. */
function asBuffers(row) {
  if (row === undefined) return undefined;
  for (const name of Object.keys(row)) {
    const value = row[name];
    if (value instanceof Uint8Array)
      row[name] = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  }
  return row;
}

class Statement {
  #statement;
  #read = asBuffers;

  constructor(statement) {
    this.#statement = statement;
  }

  pluck() {
    this.#read = (row) => {
      const whole = asBuffers(row);
      return whole === undefined ? undefined : Object.values(whole)[0];
    };
    return this;
  }

  raw() {
    this.#read = (row) => {
      const whole = asBuffers(row);
      return whole === undefined ? undefined : Object.values(whole);
    };
    return this;
  }

  get(...values) {
    return this.#read(this.#statement.get(...values));
  }

  all(...values) {
    return this.#statement.all(...values).map(this.#read);
  }

  *iterate(...values) {
    for (const row of this.#statement.iterate(...values)) yield this.#read(row);
  }
}

export default class PlainSqlite {
  #database;

  constructor(file) {
    if (builtin === undefined) throw new Missing();
    this.#database = new builtin.DatabaseSync(file, { readOnly: true });
    this.#database.exec('PRAGMA query_only = ON');
  }

  prepare(sql) {
    return new Statement(this.#database.prepare(sql));
  }

  pragma(name, { simple = false } = {}) {
    const rows = this.#database.prepare(`PRAGMA ${name}`).all();
    return simple ? Object.values(rows[0] ?? {})[0] : rows;
  }

  transaction(work) {
    return () => {
      this.#database.exec('BEGIN');
      try {
        return work();
      } finally {
        this.#database.exec('ROLLBACK');
      }
    };
  }

  close() {
    this.#database.close();
  }
}
