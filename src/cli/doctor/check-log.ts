import { type CommandContext } from '../command.ts';
import { logFaults } from '../log-faults.ts';
import { type Finding } from './finding.ts';

/** Database, head of the log, keys of the records, operators. */
export async function checkLog({ ports }: CommandContext): Promise<readonly Finding[]> {
  if (!(await ports.isInitialised())) {
    return [
      {
        what: 'log',
        status: 'fail',
        message: { tr: 'günlük yok', en: 'there is no log' },
        remedy: { tr: 'gecit init çalıştırın.', en: 'Run gecit init.' },
      },
    ];
  }
  const administration = await ports.openAdministration();
  try {
    const { origin, log, vault } = administration;
    const size = String(log.head().size);
    const kids = String(vault.kids().length);
    const active = (await administration.operators()).filter(({ endedAt }) => endedAt === null).length;
    return [
      { what: `log ${origin}`, status: 'ok', message: { tr: `${size} kayıt`, en: `${size} records` } },
      ...logFaults(administration, ports.place(), ports.clock).map(({ file, message, remedy }): Finding => {
        return { what: file, status: 'fail', message, remedy };
      }),
      { what: 'record keys', status: 'ok', message: { tr: `${kids} dönem`, en: `${kids} periods` } },
      operatorFinding(active),
    ];
  } finally {
    await administration.close();
  }
}

function operatorFinding(active: number): Finding {
  const message = { tr: `${String(active)} kişi görevde`, en: `${String(active)} may act` };
  if (active > 0) return { what: 'operators', status: 'ok', message };
  const remedy = {
    tr: 'Yedekten dönün; operatörsüz işlem yapılamaz.',
    en: 'Restore a backup; nothing can be done without one.',
  };
  return { what: 'operators', status: 'fail', message, remedy };
}
