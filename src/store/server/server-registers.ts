import { type Knex } from 'knex';
import { type RegisterChange, RegisterConflictError } from '../../gateway/register-change.ts';
import { type Standing } from '../../gateway/standing.ts';
import { createIdentityRegister, type IdentityRows } from '../../identity/identity-register.ts';
import { type Operator } from '../../identity/operator.ts';
import { CONFLICTS } from '../register-conflicts.ts';
import {
  type ActivationRow,
  type AgencyRow,
  activationOf,
  type AuthorityRow,
  authorityOf,
  type CertificateRow,
  certificateOf,
  type OfficialRow,
  officialOf,
  type OperatorRow,
  operatorOf,
} from '../register-rows.ts';
import { BUMP, isPossible, STATEMENTS, valuesOf } from '../register-statements.ts';
import { changeRows } from './change-rows.ts';
import { type ServerEngine } from './server-address.ts';
import { isRefused } from './server-errors.ts';
import { wholeNumber, wholeNumbers } from './server-rows.ts';

/** Looks at the registers again while somebody changes them. */
const MOST_LOOKS = 20;

/** The registers of a shared database; inside a transaction it sees what that transaction changed. */
export class ServerRegisters {
  readonly #database: Knex;
  readonly #engine: ServerEngine;

  constructor(database: Knex, engine: ServerEngine) {
    this.#database = database;
    this.#engine = engine;
  }

  async version(): Promise<number> {
    const row = await this.#database<{ version: number | string }>('register_version').first('version');
    return row === undefined ? 0 : wholeNumber(row.version);
  }

  /** Until the transaction ends, whoever else would change the registers waits. */
  async lock(): Promise<void> {
    await this.#database('register_version').forUpdate().select('version');
  }

  async standing(): Promise<Standing> {
    return this.#atOneVersion(async (version) => {
      const identities = createIdentityRegister(await this.#readIdentities());
      const rows = await this.#database<ActivationRow>('agreement_activation').select();
      const activations = new Map(
        rows.map((row) => [
          row.agreement_id,
          activationOf(wholeNumbers(row, 'terminated_at', 'suspended_at')),
        ]),
      );
      const limits = await this.loweredLimits();
      return {
        version,
        identities,
        activation: (agreementId: string) => activations.get(agreementId),
        loweredLimit: (scope: string) => limits.get(scope),
      };
    });
  }

  async identityRows(): Promise<IdentityRows> {
    return this.#atOneVersion(async () => this.#readIdentities());
  }

  async operators(): Promise<readonly Operator[]> {
    const rows = await this.#database<OperatorRow>('operator').select().orderBy('id');
    return rows.map((row) => operatorOf(wholeNumbers(row, 'added_at', 'ended_at')));
  }

  async loweredLimits(): Promise<ReadonlyMap<string, number>> {
    const rows = await this.#database<{ scope: string; answers: number }>('quota_limit')
      .select()
      .orderBy('scope');
    return new Map(rows.map(({ scope, answers }) => [scope, answers]));
  }

  /** Rejects with RegisterConflictError when the change hits nothing; the caller then rolls back. */
  async apply(change: RegisterChange): Promise<void> {
    if (!isPossible(change) || !(await this.#changesRow(change)))
      throw new RegisterConflictError(CONFLICTS[change.kind]);
    await changeRows(this.#database, this.#engine, BUMP, {});
  }

  async #changesRow(change: RegisterChange): Promise<boolean> {
    const values = valuesOf(change);
    try {
      for (const statement of STATEMENTS[change.kind])
        if ((await changeRows(this.#database, this.#engine, statement, values)) > 0) return true;
      return false;
    } catch (error) {
      if (isRefused(error)) return false;
      throw error;
    }
  }

  /** Each statement sees its own moment: what was read is taken only where no change was committed in between. */
  async #atOneVersion<T>(read: (version: number) => Promise<T>): Promise<T> {
    let version = await this.version();
    for (let look = 0; look < MOST_LOOKS; look++) {
      const result = await read(version);
      const now = await this.version();
      if (now === version) return result;
      version = now;
    }
    throw new Error('the registers change all the time');
  }

  async #readIdentities(): Promise<IdentityRows> {
    const database = this.#database;
    const agencies: AgencyRow[] = await database<AgencyRow>('agency').select().orderBy('id');
    const certificates = await database<CertificateRow>('agency_certificate')
      .select()
      .orderBy(['agency_id', 'fingerprint']);
    const officials = await database<OfficialRow>('official').select().orderBy('id');
    const authorities = await database<AuthorityRow>('authority')
      .select()
      .orderBy(['official_id', 'agreement_id']);
    return {
      agencies,
      certificates: certificates.map((row) => certificateOf(wholeNumbers(row, 'valid_to', 'revoked_at'))),
      officials: officials.map(officialOf),
      authorities: authorities.map((row) =>
        authorityOf(wholeNumbers(row, 'valid_from', 'valid_until', 'training_valid_until')),
      ),
    };
  }
}
