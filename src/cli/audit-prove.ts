import { type Command } from 'commander';
import { type EvidenceReader } from '../audit/audit-log.ts';
import { proveConsistency, type TreeState } from '../audit/tree/consistency-proof.ts';
import { proveInclusion } from '../audit/tree/inclusion-proof.ts';
import { encodeTlogProof } from '../audit/tree/tlog-proof.ts';
import { addCommand, type CommandContext, does } from './command.ts';
import { IncompleteError, RefusedError, UsageError } from './command-error.ts';
import { outJson, outLines } from './shell.ts';

interface Options {
  readonly json?: boolean;
  readonly log?: string;
}

/** `audit prove`: that a record is in the log, as a proof file. Needs no operator: a leaf holds nothing of a person. */
export function registerAuditProve(group: Command, context: CommandContext): void {
  const command = addCommand(group, context, {
    usage: 'prove <queryId>',
    summary: {
      tr: 'bir kaydın günlükte olduğunu kanıtlayan dosyayı yazar (C2SP tlog-proof)',
      en: 'prints the file that proves a record to be in the log (C2SP tlog-proof)',
    },
    examples: ['audit prove 01980f3e-7a3c-7c1e-9d0a-2f6a1b2c3d4e > record.tlog-proof'],
  });
  does<Options>(command, context, async ({ json }, [queryId = '']) =>
    withLogs(context, (logs) => {
      const text = proofOf(logs, queryId);
      if (json === true) outJson(context.shell, { queryId, proof: text });
      else outLines(context.shell, text.trimEnd().split('\n'));
      return 0;
    }),
  );
}

/** `audit consistency`: that a later checkpoint continues an earlier one. */
export function registerAuditConsistency(group: Command, context: CommandContext): void {
  const command = addCommand(group, context, {
    usage: 'consistency <from> <to>',
    summary: {
      tr: 'günlüğün bir boyutunun, daha büyük bir boyutun başı olduğunu kanıtlar (RFC 9162)',
      en: 'proves that the log of one size is the beginning of a larger one (RFC 9162)',
    },
    examples: [
      'audit consistency 1000 2000',
      'audit consistency 1000 2000 --log gecit.demo/node-1/2026 --json',
    ],
  }).option('--log <origin>', 'origin');
  does<Options>(command, context, async ({ json, log }, [from = '', to = '']) =>
    withLogs(context, (logs) => {
      const reader = log === undefined ? logs[0] : logs.find((one) => one.head().origin === log);
      if (reader === undefined) throw new RefusedError(UNKNOWN_LOG);
      const [old, now] = [stateAt(reader, from), stateAt(reader, to)];
      if (old.size > now.size) throw new UsageError(NOT_A_SIZE);
      const proof = proveConsistency(reader, old, now).map((hash) => hash.toString('base64'));
      if (json === true) outJson(context.shell, { old: shown(old), now: shown(now), proof });
      else outLines(context.shell, proof);
      return 0;
    }),
  );
}

async function withLogs({ ports }: CommandContext, work: (logs: readonly EvidenceReader[]) => 0): Promise<0> {
  const logs = await ports.openLogs();
  try {
    return work(logs);
  } finally {
    for (const log of logs) log.close();
  }
}

function proofOf(logs: readonly EvidenceReader[], queryId: string): string {
  for (const log of logs) {
    const leaf = log.leafOf(queryId);
    if (leaf === undefined) continue;
    const checkpoint = log.checkpointFrom(leaf.index + 1);
    if (checkpoint === undefined) throw new IncompleteError(NOT_YET_SIGNED, undefined);
    const { size, root, note } = checkpoint;
    const hashes = proveInclusion(log, { index: leaf.index, size, root });
    const lines = log.cosignaturesAt(size).map(({ line }) => `${line}\n`);
    return encodeTlogProof({ index: leaf.index, hashes, checkpoint: note + lines.join('') });
  }
  throw new RefusedError(UNKNOWN);
}

/** Only sizes at which a commit ended have a root that can be compared with a checkpoint. */
function stateAt(log: EvidenceReader, given: string): TreeState {
  if (!/^[1-9][0-9]{0,15}$/.test(given) || Number(given) > Number.MAX_SAFE_INTEGER)
    throw new UsageError(NOT_A_SIZE);
  const size = Number(given);
  const root = log.rootOfCommit(size);
  if (root === undefined) throw new RefusedError(NO_COMMIT);
  return { size, root };
}

function shown({ size, root }: TreeState): object {
  return { size, root: root.toString('base64') };
}

const UNKNOWN = {
  tr: 'Bu kimlikte bir kayıt yok. Yanıttaki queryId değerini verin.',
  en: 'There is no record with this id. Give the queryId of the answer.',
};
const UNKNOWN_LOG = {
  tr: 'Bu adla bir günlük yok. "gecit audit verify" günlükleri adlarıyla gösterir.',
  en: 'There is no log of this origin. "gecit audit verify" shows the logs by their origin.',
};
const NOT_YET_SIGNED = {
  tr: 'Bu kaydı kapsayan imzalı bir kontrol noktası henüz yok. Geçit çalışırken yeniden deneyin.',
  en: 'No signed checkpoint covers this record yet. Try again while the gateway runs.',
};
const NOT_A_SIZE = {
  tr: 'İki boyut verin: sıfırdan büyük tam sayılar, küçük olan önce.',
  en: 'Give two sizes: whole numbers above zero, the smaller one first.',
};
const NO_COMMIT = {
  tr: 'Bu boyutta biten bir işlem yok. Bir kontrol noktasının boyutunu verin.',
  en: 'No commit ended at this size. Give the size of a checkpoint.',
};
