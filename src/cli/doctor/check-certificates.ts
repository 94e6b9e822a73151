import { existsSync, readFileSync } from 'node:fs';
import { describeCertificate } from '../../identity/certificates/describe-certificate.ts';
import { type CommandContext } from '../command.ts';
import { type Finding, FINE } from './finding.ts';

const DAY = 86_400_000;
const SOON = 30 * DAY;

/** The listener's certificate, its authority, and the registered client certificates. */
export async function checkCertificates(context: CommandContext): Promise<readonly Finding[]> {
  const { ports } = context;
  const now = ports.clock.now();
  const { certificate, clientCa } = ports.place().partner;
  const files = [certificate, clientCa].map((file) => checkFile(file, now));
  if (!(await ports.isInitialised())) return files;
  const administration = await ports.openAdministration();
  try {
    const { certificates } = await administration.identityRows();
    const living = certificates.filter(({ revokedAt }) => revokedAt === null);
    const registered = living.map(({ agencyId, fingerprint, validTo }) =>
      checkValidity(`${agencyId} ${fingerprint.slice(0, 16)}`, validTo, now),
    );
    return [...files, ...registered];
  } finally {
    await administration.close();
  }
}

function checkFile(file: string, now: number): Finding {
  if (!existsSync(file)) {
    return {
      what: file,
      status: 'fail',
      message: { tr: 'sertifika yok', en: 'there is no certificate' },
      remedy: {
        tr: 'Yolunu config/gecit.yaml içinde düzeltin; deneme ortamında gecit init oluşturur.',
        en: 'Correct its path in config/gecit.yaml; in the demo realm gecit init makes it.',
      },
    };
  }
  try {
    return checkValidity(file, describeCertificate(readFileSync(file, 'utf8')).validTo, now);
  } catch {
    const message = { tr: 'sertifika okunamıyor', en: 'the certificate cannot be read' };
    return {
      what: file,
      status: 'fail',
      message,
      remedy: { tr: 'PEM biçiminde verin.', en: 'Give it as PEM.' },
    };
  }
}

function checkValidity(what: string, validTo: number, now: number): Finding {
  const days = String(Math.floor((validTo - now) / DAY));
  if (validTo - now > SOON) return { what, status: 'ok', message: FINE };
  const remedy = { tr: 'Yeni bir sertifika alın.', en: 'Obtain a new certificate.' };
  if (validTo <= now) {
    return { what, status: 'fail', message: { tr: 'süresi doldu', en: 'it has expired' }, remedy };
  }
  return { what, status: 'warn', message: { tr: `${days} gün kaldı`, en: `${days} days left` }, remedy };
}
