import { type DestructionCertificate, readCertificate } from './privacy/destruction/certificate.ts';
import { holds } from './privacy/destruction/hold.ts';
import { type DestructionRegister } from './privacy/destruction/destruction-register.ts';
import { type Operator } from './identity/operator.ts';
import { CertificateFiles } from './store/destruction/certificate-files.ts';
import { replayDestruction } from './store/keys/destroy-keys.ts';
import { destroyedKids } from './store/keys/key-folder.ts';
import { type MasterKeys } from './store/keys/key-wrapper.ts';
import { MasterKeyFiles } from './store/keys/master-key-files.ts';
import { rotateMasterKey } from './store/keys/rotate-master-key.ts';
import { type Clock } from './shared/clock.ts';

/** What is known of earlier destructions when keys are restored. */
export interface KnownDestructions {
  /** Kids that may have no keys any more. */
  readonly kids: ReadonlySet<string>;
  /** Ids of generations of the master key that were destroyed. */
  readonly masters: ReadonlySet<string>;
}

/** Where destructions are known from. */
export interface DestructionSources {
  /** Folder of the evidence that is restored, and of what stands in the place. */
  readonly evidence: readonly string[];
  readonly register: Pick<DestructionRegister, 'destroyed' | 'holds'>;
  readonly operators: readonly Operator[];
  /** Kids that the database in the place, or its tombstones, know to be destroyed. */
  readonly others: readonly string[];
  /** `YYYY-MM-DD` in the zone of the gateway. */
  readonly today: string;
}

/**
 * Gathers what was destroyed from every place that tells of it. What a hold in the restored registers covers is kept, as a
 * start keeps it.
 */
export async function knownDestructions(sources: DestructionSources): Promise<KnownDestructions> {
  const { register, others } = sources;
  const inForce = await register.holds();
  const certificates = certificatesIn(sources);
  const certified = certificates
    .flatMap(({ plan }) => plan.kids.map(({ kid }) => kid))
    .filter((kid) => !inForce.some((hold) => holds(hold, kid)));
  const registered = (await register.destroyed()).map(({ kid }) => kid);
  return {
    kids: new Set([...registered, ...certified, ...others]),
    masters: new Set(certificates.map(({ method }) => method.masterKeyDestroyed)),
  };
}

/**
 * Destroys in restored keys what was destroyed before, while nobody uses them yet: keys of dead kids go, and with them every
 * generation of the master key that was there, for it opens older copies of what is gone. What is left is wrapped anew.
 * @returns the kids whose keys had come back, sorted
 * @throws FaultsError where keys that are left do not open
 */
export function destroyAgain(
  folder: string,
  { kids, masters }: KnownDestructions,
  clock: Clock,
): readonly string[] {
  const erased = replayDestruction(folder, kids, { clock });
  const files: MasterKeys = new MasterKeyFiles(folder);
  const back = files.ids().some((id) => masters.has(id));
  if ((erased.length > 0 || back) && files.ids().length > 0) {
    const at = new Date(clock.now()).toISOString();
    const dead = new Set(destroyedKids(folder).map(({ kid }) => kid));
    rotateMasterKey({ folder, masters: files }, { keep: (kid) => !dead.has(kid), plan: 'restore', at });
  }
  return erased;
}

function certificatesIn({ evidence, operators, today }: DestructionSources): DestructionCertificate[] {
  const texts = evidence.flatMap((folder) => new CertificateFiles(folder).texts());
  return texts.flatMap(({ text }) => {
    try {
      return [readCertificate(text, operators, today)];
    } catch {
      // A start logs it; it destroys nothing.
      return [];
    }
  });
}
