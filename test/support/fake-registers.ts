import { type RegisterChange, RegisterConflictError } from '../../src/gateway/register-change.ts';
import { type Operator } from '../../src/identity/operator.ts';
import { type StandingRows } from './standing-builder.ts';

/** The registers of a fake store: what a standing is made of, and the operators. */
export interface FakeRegisters {
  readonly rows: StandingRows;
  readonly operators: readonly Operator[];
}

type Change<Kind extends RegisterChange['kind']> = Extract<RegisterChange, { kind: Kind }>;
type Applier<Kind extends RegisterChange['kind']> = (
  registers: FakeRegisters,
  change: Change<Kind>,
) => FakeRegisters;

/** New registers with the change and the next version; a change that hits nothing is a conflict. */
export function withChange(registers: FakeRegisters, change: RegisterChange): FakeRegisters {
  const apply = APPLY[change.kind] as (registers: FakeRegisters, change: RegisterChange) => FakeRegisters;
  const changed = apply(registers, change);
  return { ...changed, rows: { ...changed.rows, version: registers.rows.version + 1 } };
}

const APPLY: { readonly [Kind in RegisterChange['kind']]: Applier<Kind> } = {
  'add-agency': (registers, { agency }) => withRows(registers, {
    agencies: added(registers.rows.agencies, agency, (row) => row.id === agency.id),
  }),
  'add-certificate': (registers, { certificate }) => withRows(registers, {
    certificates: added(registers.rows.certificates, certificate, (row) => row.fingerprint === certificate.fingerprint),
  }),
  'revoke-certificate': (registers, { fingerprint, at }) => withRows(registers, {
    certificates: edited(
      registers.rows.certificates,
      (row) => row.fingerprint === fingerprint && row.revokedAt === null,
      { revokedAt: at },
    ),
  }),
  'add-official': (registers, { official }) => withRows(registers, {
    officials: added(registers.rows.officials, official, (row) => row.id === official.id),
  }),
  'add-authority': (registers, { authority }) => withRows(registers, {
    authorities: added(
      registers.rows.authorities,
      authority,
      (row) => row.officialId === authority.officialId && row.agreementId === authority.agreementId,
    ),
  }),
  'end-authority': (registers, { officialId, agreementId, at }) => withRows(registers, {
    authorities: edited(
      registers.rows.authorities,
      (row) => row.officialId === officialId && row.agreementId === agreementId && row.until > at,
      { until: at },
    ),
  }),
  'set-activation': (registers, { activation }) => withRows(registers, {
    activations: [
      ...registers.rows.activations.filter((row) => row.agreementId !== activation.agreementId),
      activation,
    ],
  }),
  'lower-limit': (registers, { scope, limit }) => withRows(registers, {
    loweredLimits: { ...registers.rows.loweredLimits, [scope]: limit },
  }),
  'restore-limit': (registers, { scope }) => {
    const { [scope]: lowered, ...rest } = registers.rows.loweredLimits;
    if (lowered === undefined) throw conflict();
    return withRows(registers, { loweredLimits: rest });
  },
  'add-operator': (registers, { operator }) => ({
    ...registers,
    operators: added(registers.operators, operator, (row) => row.id === operator.id),
  }),
  'end-operator': (registers, { operatorId, at }) => ({
    ...registers,
    operators: edited(registers.operators, (row) => row.id === operatorId && row.endedAt === null, { endedAt: at }),
  }),
  // A fake keeps neither holds nor plans: what needs them is tested on a real database.
  'place-hold': (registers) => registers,
  'lift-hold': (registers) => registers,
  'add-plan': (registers) => registers,
  'approve-plan': (registers) => registers,
  'destroy-kid': (registers) => registers,
}; // prettier-ignore

function withRows(registers: FakeRegisters, rows: Partial<StandingRows>): FakeRegisters {
  return { ...registers, rows: { ...registers.rows, ...rows } };
}

function added<Row>(rows: readonly Row[], row: Row, isSame: (row: Row) => boolean): Row[] {
  if (rows.some(isSame)) throw conflict();
  return [...rows, row];
}

function edited<Row>(rows: readonly Row[], hits: (row: Row) => boolean, change: Partial<Row>): Row[] {
  if (!rows.some(hits)) throw conflict();
  return rows.map((row) => (hits(row) ? { ...row, ...change } : row));
}

function conflict(): RegisterConflictError {
  return new RegisterConflictError({ tr: 'değişiklik uygulanamadı', en: 'the change hits nothing' });
}
