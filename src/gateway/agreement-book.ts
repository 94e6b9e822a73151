import { type Agreement, type Operation } from '../agreement/agreement.ts';
import { type Source } from '../sources/source.ts';
import { compileProjection, type Projection } from './projection/compile-projection.ts';
import { type Standing } from './standing.ts';

/** An operation of an agreement, made ready to answer: its compiled projection and the system that is asked. */
export interface AgreedOperation {
  readonly operation: Operation;
  readonly projection: Projection;
  /** Undefined while no configured source is this operation's system. */
  readonly source: Source | undefined;
}

/** An agreement with its operations, by id. */
export interface PreparedAgreement {
  readonly agreement: Agreement;
  readonly operations: ReadonlyMap<string, AgreedOperation>;
}

/** The agreements that the gateway holds, every version of each. */
export class AgreementBook {
  readonly #versions = new Map<string, PreparedAgreement[]>();

  /** @param sourceOf the configured source that answers an operation */
  constructor(
    agreements: readonly Agreement[],
    sourceOf: (agreement: Agreement, operation: Operation) => Source | undefined,
  ) {
    for (const agreement of agreements.toSorted((a, b) => a.version - b.version)) {
      const operations = agreement.operations.map((operation): [string, AgreedOperation] => [
        operation.id,
        { operation, projection: compileProjection(operation), source: sourceOf(agreement, operation) },
      ]);
      const versions = this.#versions.get(agreement.id) ?? [];
      this.#versions.set(agreement.id, [...versions, { agreement, operations: new Map(operations) }]);
    }
  }

  /** The activated version; where none is activated, the newest, which is then not in force. */
  find(agreementId: string, standing: Standing): PreparedAgreement | undefined {
    const versions = this.#versions.get(agreementId);
    if (versions === undefined) return undefined;
    const activated = standing.activation(agreementId)?.hash;
    return versions.find((version) => version.agreement.hash === activated) ?? versions.at(-1);
  }

  /** Whether a version of the agreement lists the operation. */
  lists(agreementId: string, operationId: string): boolean {
    return this.#versions.get(agreementId)?.some(({ operations }) => operations.has(operationId)) ?? false;
  }

  /** Whether there is a version of the agreement. */
  has(agreementId: string): boolean {
    return this.#versions.has(agreementId);
  }

  /** Every agreement, in the version that `find` gives. */
  all(standing: Standing): readonly PreparedAgreement[] {
    return [...this.#versions.keys()].flatMap((id) => this.find(id, standing) ?? []);
  }
}
