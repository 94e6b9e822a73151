import { type Database, type Statement } from 'better-sqlite3';
import { type Activation } from '../agreement/activation.ts';
import { type Standing } from '../gateway/standing.ts';
import { createIdentityRegister, type IdentityRows } from '../identity/identity-register.ts';
import { type Operator } from '../identity/operator.ts';
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
} from './register-rows.ts';

/** Reads the registers over one connection; inside a transaction it sees what that transaction changed. */
export class RegisterReader {
  readonly #version: Statement<[], number>;
  readonly #agencies: Statement<[], AgencyRow>;
  readonly #certificates: Statement<[], CertificateRow>;
  readonly #officials: Statement<[], OfficialRow>;
  readonly #authorities: Statement<[], AuthorityRow>;
  readonly #activations: Statement<[], ActivationRow>;
  readonly #limits: Statement<[], { scope: string; answers: number }>;
  readonly #operators: Statement<[], OperatorRow>;
  readonly #atOneMoment: (read: () => unknown) => unknown;

  constructor(connection: Database) {
    this.#version = connection.prepare<[], number>('SELECT version FROM register_version').pluck();
    this.#agencies = connection.prepare('SELECT * FROM agency ORDER BY id');
    this.#certificates = connection.prepare(
      'SELECT * FROM agency_certificate ORDER BY agency_id, fingerprint',
    );
    this.#officials = connection.prepare('SELECT * FROM official ORDER BY id');
    this.#authorities = connection.prepare('SELECT * FROM authority ORDER BY official_id, agreement_id');
    this.#activations = connection.prepare('SELECT * FROM agreement_activation');
    this.#limits = connection.prepare('SELECT scope, answers FROM quota_limit ORDER BY scope');
    this.#operators = connection.prepare('SELECT * FROM operator ORDER BY id');
    this.#atOneMoment = connection.transaction((read: () => unknown) => read());
  }

  version(): number {
    return this.#version.get() ?? 0;
  }

  standing(): Standing {
    return this.#atOneMoment(() => this.#readStanding()) as Standing;
  }

  identityRows(): IdentityRows {
    return this.#atOneMoment(() => this.#readIdentities()) as IdentityRows;
  }

  operators(): Operator[] {
    return this.#operators.all().map(operatorOf);
  }

  loweredLimits(): Map<string, number> {
    return new Map(this.#limits.all().map((row) => [row.scope, row.answers]));
  }

  #readStanding(): Standing {
    const version = this.version();
    const identities = createIdentityRegister(this.#readIdentities());
    const activations = new Map<string, Activation>();
    for (const row of this.#activations.all()) activations.set(row.agreement_id, activationOf(row));
    const limits = this.loweredLimits();
    return {
      version,
      identities,
      activation: (agreementId) => activations.get(agreementId),
      loweredLimit: (scope) => limits.get(scope),
    };
  }

  #readIdentities(): IdentityRows {
    return {
      agencies: this.#agencies.all(),
      certificates: this.#certificates.all().map(certificateOf),
      officials: this.#officials.all().map(officialOf),
      authorities: this.#authorities.all().map(authorityOf),
    };
  }
}
