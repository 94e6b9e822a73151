import { type Knex } from 'knex';
import { connectServer } from '../../src/store/server/connect-server.ts';
import { type ServerEngine, serverAddress } from '../../src/store/server/server-address.ts';
import { rowsOf } from '../../src/store/server/server-rows.ts';

/** Tables that have guards. */
export const GUARDED = [
  'audit_leaf', 'audit_head', 'audit_root', 'audit_key', 'audit_subtree', 'audit_kid', 'audit_personal',
  'audit_checkpoint', 'audit_cosignature', 'audit_stamp', 'cosigned_log', 'quota_counter', 'register_version',
  'legal_hold', 'destruction_plan', 'destruction_approval', 'destroyed_kid', 'installation',
] as const; // prettier-ignore

/** Any program that a server's database lets in, with all rights unless its URL names another user. */
export class ServerProgram implements AsyncDisposable {
  readonly knex: Knex;
  readonly engine: ServerEngine;

  constructor(databaseUrl: string) {
    const address = serverAddress(databaseUrl);
    this.engine = address.engine;
    this.knex = connectServer(address, { connections: 2 });
  }

  /** Runs statements that bind nothing; `{hex}` stands for bytes. @returns the rows of a single statement */
  async run(sql: string): Promise<readonly Record<string, unknown>[]> {
    return rowsOf(await this.knex.raw(this.#spelled(sql))) as readonly Record<string, unknown>[];
  }

  /** Runs statements together; what the last of them gives is lost. */
  async together(sql: string): Promise<void> {
    await this.knex.transaction(async (transaction) => {
      await transaction.raw(this.#spelled(sql));
    });
  }

  /** The same as whoever owns the schema can: with all guards and foreign keys switched off. */
  async pastGuards(sql: string): Promise<void> {
    if (this.engine === 'postgres')
      return this.together(`SET LOCAL session_replication_role = replica; ${sql}`);
    const each = (act: string): string => GUARDED.map((table) => act.replaceAll('?', table)).join('; ');
    await this.run(each('ALTER TABLE ? NOCHECK CONSTRAINT ALL; DISABLE TRIGGER ALL ON ?'));
    await this.together(sql);
    await this.run(each('ENABLE TRIGGER ALL ON ?; ALTER TABLE ? CHECK CONSTRAINT ALL'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.knex.destroy();
  }

  #spelled(sql: string): string {
    return sql.replaceAll(/\{([0-9a-f]*)\}/g, (_, hex: string) =>
      this.engine === 'postgres' ? `'\\x${hex}'::bytea` : `0x${hex}`,
    );
  }
}
