import { type Operator } from '../../identity/operator.ts';
import { type DestructionCertificate, type DestructionLeaf } from '../../privacy/destruction/certificate.ts';
import { type DestructionRegister } from '../../privacy/destruction/destruction-register.ts';
import { type ActParts } from '../perform-act.ts';

/** The key folder, as far as a destruction reaches into it. */
export interface KeyDestruction {
  /** Id of the generation of the master key that wraps new keys. */
  generation(): string;
  /**
   * Destroys the keys of the dead kids and every generation up to `before`, unless that is done already.
   * @returns id of the generation that wraps what is left
   */
  rotate(
    dead: ReadonlySet<string>,
    before: string,
    order: { readonly plan: string; readonly at: string },
  ): string;
  /** The kids of which something would be erased. */
  left(dead: readonly string[]): readonly string[];
  /** Erases keys of dead kids that a backup brought back. @returns the kids that had any */
  replay(dead: ReadonlySet<string>): readonly string[];
}

/** Where certificates are kept: apart from the database, the keys and what restores them. */
export interface CertificateShelf {
  fileOf(planId: string): string;
  has(planId: string): boolean;
  /** Durable on return; never over one that is there. */
  write(certificate: DestructionCertificate): void;
  texts(): readonly { readonly file: string; readonly text: string }[];
}

/** A leaf that states a destruction, with the facts in it. */
export interface FoundLeaf extends Omit<DestructionLeaf, 'kid'> {
  readonly facts: Readonly<Record<string, string | number | null>>;
}

/** What destruction and holds rest on. */
export interface DestructionParts {
  readonly acts: ActParts;
  readonly register: DestructionRegister;
  readonly keys: KeyDestruction;
  readonly certificates: CertificateShelf;
  /** Everybody who was ever registered. */
  readonly operators: () => Promise<readonly Operator[]>;
  /** A `keydestroy` leaf that stands in the tree of its log. Looks in every log of the node. */
  readonly leafOf: (queryId: string) => Promise<FoundLeaf | undefined>;
  /** Removes every trace of the kids from search indexes; called after their parts have gone. May be repeated. */
  purgeIndex(kids: readonly string[]): void;
}
