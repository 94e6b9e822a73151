import { type EvidenceReader, type StoredCheckpoint } from '../audit-log.ts';
import { type KeptCheckpoint } from './checkpoint-trail.ts';
import { type Findings } from './findings.ts';

/** The checkpoints of a database with what others put under them, by size. */
export function* keptInDatabase(reader: EvidenceReader, findings: Findings): Generator<KeptCheckpoint> {
  for (const checkpoint of reader.checkpoints()) {
    const place = { row: `audit_checkpoint size=${String(checkpoint.size)}` };
    if (reader.rootOfCommit(checkpoint.size) === undefined) findings.add('checkpoint-uncommitted', place);
    yield keptOf(reader, checkpoint, place);
  }
}

function keptOf(
  reader: EvidenceReader,
  { size, root, note }: StoredCheckpoint,
  place: { readonly row: string },
): KeptCheckpoint {
  const cosignatures = reader.cosignaturesAt(size).map(({ name, line }) => ({
    name,
    line,
    place: { row: cosignatureRow(size, name) },
  }));
  const stamp = reader.stampAt(size);
  return {
    size,
    root,
    note,
    cosignatures,
    stamp: stamp && { response: stamp.response, place: { row: stampRow(size) } },
    place,
  };
}

/** Finds cosignatures and time stamps whose checkpoint is not stored. */
export function checkOrphans(reader: EvidenceReader, findings: Findings): void {
  const isThere = (size: number): boolean => reader.checkpointFrom(size)?.size === size;
  for (const { size, name } of reader.cosignatures())
    if (!isThere(size)) findings.add('cosignature-orphan', { row: cosignatureRow(size, name) });
  for (const { size } of reader.stamps())
    if (!isThere(size)) findings.add('stamp-orphan', { row: stampRow(size) });
}

/** The row of a cosignature as findings name it. */
export function cosignatureRow(size: number, name: string): string {
  return `audit_cosignature size=${String(size)} name=${name}`;
}

/** The row of a time stamp as findings name it. */
export function stampRow(size: number): string {
  return `audit_stamp size=${String(size)}`;
}
