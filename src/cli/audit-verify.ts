import { type Command } from 'commander';
import { addCommand, type CommandContext, does } from './command.ts';
import { signedBy } from './perform.ts';
import { outJson, outLines, tell } from './shell.ts';
import { type VerifyOptions } from './verify-evidence.ts';
import { reportText, VERDICT_EXIT } from './verify-text.ts';

export function registerAuditVerify(group: Command, context: CommandContext): void {
  const { shell } = context;
  const command = addCommand(group, context, {
    usage: 'verify',
    summary: {
      tr: 'bütün kayıtları, kökleri, imzaları ve zaman damgalarını baştan doğrular; hiçbir şey yazmaz',
      en: 'proves every record, root, signature and time stamp anew; writes nothing',
    },
    examples: [
      'audit verify',
      'audit verify --checkpoint kept.checkpoint --key keys.vkey',
      'audit verify --evidence /media/usb/evidence --roots tsa-root.pem --json',
    ],
  });
  command.option('--evidence <folder>', tell(shell, EVIDENCE));
  command.option('--checkpoint <file>', tell(shell, CHECKPOINT), collect);
  command.option('--key <key>', tell(shell, KEY), collect);
  command.option('--policy <file>', tell(shell, POLICY));
  command.option('--roots <file>', tell(shell, ROOTS));
  command.option('--open', tell(shell, OPEN));
  does<VerifyOptions>(signedBy(command, context), context, async (options) => {
    // Loads what reads time stamps; no other command waits for it.
    const { verifyEvidence } = await import('./verify-evidence.ts');
    const report = await verifyEvidence(options, context);
    if (options.json === true) outJson(shell, report);
    else outLines(shell, reportText(shell, report));
    return VERDICT_EXIT[report.verdict];
  });
}

function collect(item: string, before: readonly string[] = []): readonly string[] {
  return [...before, item];
}

const EVIDENCE = {
  tr: 'veritabanı yerine bu kanıt klasörünü doğrular',
  en: 'verifies this evidence folder instead of the database',
};
const CHECKPOINT = {
  tr: 'dışarıda saklanmış kontrol noktası ya da .tlog-proof; birden çok verilebilir',
  en: 'checkpoint or .tlog-proof that was kept elsewhere; may be given several times',
};
const KEY = {
  tr: 'günlüğün dışarıda saklanmış anahtarı ya da anahtar dosyası; birden çok verilebilir',
  en: 'key of the log that was kept elsewhere, or a file of keys; may be given several times',
};
const POLICY = {
  tr: 'hangi tanıkların yeteceği (C2SP tlog-policy); verilmezse klasördeki geçerlidir',
  en: 'which witnesses suffice (C2SP tlog-policy); else that of the folder holds',
};
const ROOTS = {
  tr: 'zaman damgası sağlayıcısının kök sertifikaları (PEM)',
  en: 'root certificates of the time-stamp authority (PEM)',
};
const OPEN = {
  tr: 'anahtarı duran kişisel bölümleri de açıp taahhüt ve arama etiketlerini doğrular; operatör imzalar, okuma kaydedilir',
  en: 'also opens the personal parts whose keys exist and proves commitments and search tags; signed by an operator, recorded as a reading',
};
