import { type BackupStep, type OnBackupStep } from './backup-desk.ts';
import { type Sentence } from '../shared/problem.ts';
import { type Shell, tell } from './shell.ts';

const WIDTH = 24;

/** Shows how far a backup or a restore is: a bar where the end is known, else what was done. */
export function showSteps(shell: Shell): OnBackupStep {
  return (step, done, total) => {
    const named = tell(shell, NAMES[step]);
    shell.progress(`${named} ${total === null ? grouped(done, step) : bar(done, total)}`);
  };
}

/** `[#########               ]  40 %` */
export function bar(done: number, total: number): string {
  const share = total <= 0 ? 1 : Math.min(1, done / total);
  const full = Math.round(share * WIDTH);
  return `[${'#'.repeat(full)}${' '.repeat(WIDTH - full)}] ${String(Math.floor(share * 100)).padStart(3)} %`;
}

/** Bytes in the unit in which a person reads them. */
export function sizeText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let place = 0;
  for (; value >= 1000 && place < units.length - 1; place += 1) value /= 1000;
  return `${place === 0 ? String(value) : value.toFixed(1)} ${units[place] ?? ''}`;
}

function grouped(done: number, step: BackupStep): string {
  return step === 'reading' ? sizeText(done) : String(done);
}

const NAMES: Readonly<Record<BackupStep, Sentence>> = {
  copying: { tr: 'veritabanı kopyalanıyor', en: 'copying the database' },
  verifying: { tr: 'kopya doğrulanıyor', en: 'verifying the copy' },
  writing: { tr: 'şifrelenip yazılıyor', en: 'encrypting and writing' },
  reading: { tr: 'yedek okunuyor', en: 'reading the backup' },
  placing: { tr: 'yerine konuyor', en: 'putting in place' },
};
