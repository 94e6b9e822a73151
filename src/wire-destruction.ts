import { type EvidenceReader, type StoredLeaf } from './audit/audit-log.ts';
import { decodeLeaf } from './audit/leaf.ts';
import { leafHash } from './audit/merkle.ts';
import { proveInclusion } from './audit/tree/inclusion-proof.ts';
import { ProofError } from './audit/tree/proof-error.ts';
import { type DestructionDesk } from './gateway/destruction/destruction-desk.ts';
import { type DestructionParts, type FoundLeaf } from './gateway/destruction/destruction-parts.ts';
import { OperatorDesk } from './gateway/destruction/operator-desk.ts';
import {
  finishDeletion,
  type Replay,
  replayCertificates,
} from './gateway/destruction/replay-certificates.ts';
import { type ActParts } from './gateway/perform-act.ts';
import { evidenceFolder, keyFolder, logNode, searchFolder } from './settings/places.ts';
import { type Settings } from './settings/settings.ts';
import { type Logger } from './shared/logger.ts';
import { CertificateFiles } from './store/destruction/certificate-files.ts';
import { DestroyedKeys } from './store/destruction/destroyed-keys.ts';
import { purgeKids } from './store/search/purge-kids.ts';
import { findLogs, openLogOf } from './store/find-log.ts';
import { type MasterKeys } from './store/keys/key-wrapper.ts';
import { openMasterKeys } from './store/keys/open-master-keys.ts';
import { type Store } from './store/store.ts';

/** The master key where the settings say. */
export function masterKeys(settings: Settings): MasterKeys {
  return openMasterKeys(keyFolder(settings), settings.masterKey);
}

/** What destruction rests on, beside the acts that it records. */
export interface DestructionPlace {
  readonly settings: Settings;
  readonly store: Store;
  readonly acts: ActParts;
}

/**
 * Opens holds and destruction for a command, after making what was destroyed stay destroyed.
 * @throws FaultsError KEY_FOLDER_BUSY; DESTRUCTION_UNPROVEN as `replayCertificates`
 */
export async function openDesk(place: DestructionPlace): Promise<DestructionDesk> {
  const parts = await partsOf(place);
  await replayCertificates(parts);
  return new OperatorDesk(parts);
}

/** Makes what was destroyed stay destroyed when the server starts: keys first, then parts that a restore brought back. */
export async function replayAtStart(place: DestructionPlace, logger: Logger): Promise<void> {
  const parts = await partsOf(place);
  report(await replayCertificates(parts), logger);
  const emptied = await finishDeletion(parts);
  if (emptied.length > 0)
    logger.warn('destruction.parts-deleted: sealed parts whose keys are destroyed were deleted', {
      kids: emptied,
    });
}

function report({ decidedAgain, keysErased, held, invalid }: Replay, logger: Logger): void {
  if (decidedAgain.length + keysErased.length > 0)
    logger.warn('destruction.replayed: a restore brought back what was destroyed; it was destroyed again', {
      decidedAgain,
      keysErased,
    });
  if (held.length > 0)
    logger.warn(
      'destruction.held: a hold keeps what a certificate says is destroyed; lift it to destroy that again',
      {
        kids: held,
      },
    );
  if (invalid.length > 0)
    logger.warn('destruction.certificate-invalid: certificates that operators of this gateway did not sign', {
      files: invalid,
    });
}

async function partsOf({ settings, store, acts }: DestructionPlace): Promise<DestructionParts> {
  return {
    acts,
    register: await store.openDestruction(),
    keys: new DestroyedKeys(keyFolder(settings), masterKeys(settings)),
    certificates: new CertificateFiles(evidenceFolder(settings)),
    operators: async () => store.operators(),
    leafOf: async (queryId) => {
      await store.readable.refresh();
      return leafIn(store.readable.url, logNode(settings), queryId);
    },
    purgeIndex: (kids) => {
      purgeKids(searchFolder(settings), [...kids]);
    },
  };
}

function leafIn(databaseUrl: string, node: string, queryId: string): FoundLeaf | undefined {
  for (const { origin } of [...findLogs(databaseUrl, node)].reverse()) {
    const reader = openLogOf(databaseUrl, origin);
    try {
      const found = foundIn(reader, queryId);
      if (found !== undefined) return found;
    } finally {
      reader.close();
    }
  }
  return undefined;
}

function foundIn(reader: EvidenceReader, queryId: string): FoundLeaf | undefined {
  const stored = reader.leafOf(queryId);
  if (stored === undefined) return undefined;
  const { index, hash, bytes } = stored;
  const { type, facts } = decodeLeaf(bytes);
  if (type !== 'keydestroy' || !isInTree(reader, stored)) return undefined;
  return { origin: reader.head().origin, index, queryId, hash: hash.toString('base64'), facts: facts ?? {} };
}

/** A row that was put beside the tree proves nothing. */
function isInTree(reader: EvidenceReader, { index, hash, bytes }: StoredLeaf): boolean {
  const { size, root } = reader.head();
  try {
    proveInclusion(reader, { index, size, root });
    return leafHash(bytes).equals(hash);
  } catch (thrown) {
    if (thrown instanceof ProofError) return false;
    throw thrown;
  }
}
