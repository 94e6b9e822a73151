import { type Command } from 'commander';
import { type Verification, verifyLog } from '../audit/verify-log.ts';
import { type LogReader } from '../audit/audit-log.ts';
import { addCommand, type CommandContext, does } from './command.ts';
import { IncompleteError } from './command-error.ts';
import { type ExitCode, outJson, type Shell, tell } from './shell.ts';

const EXIT: Readonly<Record<Verification['verdict'], ExitCode>> = { sound: 0, tampered: 1, incomplete: 3 };

export function registerAuditVerify(group: Command, context: CommandContext): void {
  const { shell } = context;
  const command = addCommand(group, context, {
    usage: 'verify',
    summary: {
      tr: 'bütün kayıtları ve kökü baştan hesaplar; operatör ya da kayıt anahtarı gerekmez',
      en: 'recomputes every record and the root; needs no operator and no keys',
    },
    examples: ['audit verify', 'audit verify --json'],
  });
  does(command, context, async ({ json }) => {
    const log = await context.ports.openLog();
    try {
      const { origin, found } = prove(log, context);
      if (json === true) outJson(shell, { origin, ...found, root: found.root.toString('base64') });
      else print(shell, origin, found);
      return EXIT[found.verdict];
    } finally {
      log.close();
    }
  });
}

/** What cannot be read is not proven; it must not look like a log that was proven false. */
function prove(
  log: LogReader,
  { shell, ports }: CommandContext,
): { readonly origin: string; readonly found: Verification } {
  try {
    const { origin, size } = log.head();
    const found = verifyLog(log, ports.clock.now(), (proven) => {
      shell.progress(`${String(proven)}/${String(size)}`);
    });
    shell.progress('');
    return { origin, found };
  } catch (cause) {
    throw new IncompleteError(UNREADABLE, cause);
  }
}

function print(shell: Shell, origin: string, found: Verification): void {
  const { bold, green, red, yellow } = shell.colours;
  const verdicts = {
    sound: green(tell(shell, { tr: 'SAĞLAM', en: 'SOUND' })),
    tampered: red(tell(shell, { tr: 'DEĞİŞTİRİLMİŞ', en: 'TAMPERED' })),
    incomplete: yellow(tell(shell, { tr: 'EKSİK', en: 'INCOMPLETE' })),
  };
  shell.out(`${bold(verdicts[found.verdict])}  ${origin}`);
  shell.out(tell(shell, { tr: `kayıt sayısı: ${String(found.size)}`, en: `records: ${String(found.size)}` }));
  shell.out(
    tell(shell, {
      tr: `kök: ${found.root.toString('base64')}`,
      en: `root: ${found.root.toString('base64')}`,
    }),
  );
  if (found.firstBadIndex !== null) {
    const index = String(found.firstBadIndex);
    shell.out(red(tell(shell, { tr: `ilk bozuk kayıt: ${index}`, en: `first bad index: ${index}` })));
  }
  if (found.missingParts > 0) {
    const parts = String(found.missingParts);
    shell.out(
      yellow(tell(shell, { tr: `eksik kişisel bölüm: ${parts}`, en: `missing personal parts: ${parts}` })),
    );
  }
  shell.out(tell(shell, found.reason));
}

const UNREADABLE = {
  tr: 'Kayıtlar sonuna kadar okunamadı, bu nedenle bir sonuç yok. Dosyayı denetleyin veya yedekten dönün.',
  en: 'The records could not be read to the end, so there is no verdict. Check the file or restore a backup.',
};
