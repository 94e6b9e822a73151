import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Agency } from '../identity/agency.ts';
import { writePrivateFile, writePublicFile } from '../identity/certificates/write-private-file.ts';
import { type CommandContext } from './command.ts';
import { RefusedError, UsageError } from './command-error.ts';

const MOST_DAYS = 825;

export interface IssueOptions {
  readonly issue?: string;
  readonly days: string;
  readonly caCert?: string;
  readonly caKey?: string;
}

/** Issues a client certificate with its key into a folder; returns the certificate's file. */
export async function issueToFiles(
  context: CommandContext,
  options: IssueOptions,
  agency: Agency,
): Promise<string> {
  const days = Number(options.days);
  if (!Number.isInteger(days) || days < 1 || days > MOST_DAYS) throw new UsageError(DAYS);
  const { clientCa } = context.ports.place().partner;
  const certificate = options.caCert ?? clientCa;
  const authority = {
    certificate: readAuthority(certificate),
    key: readAuthority(options.caKey ?? certificate.replace(/\.[^./\\]+$/, '.key')),
  };
  const named = { agencyId: agency.id, name: agency.name };
  const { issueAgencyCertificate } = await import('../identity/certificates/agency-certificate.ts');
  const issued = await issueAgencyCertificate(authority, named, days, context.ports.clock);
  const folder = options.issue ?? '.';
  const file = join(folder, `${agency.id}.crt`);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    await writePrivateFile(join(folder, `${agency.id}.key`), issued.key);
    await writePublicFile(file, issued.certificate);
  } catch (cause) {
    throw new RefusedError((cause as NodeJS.ErrnoException).code === 'EEXIST' ? EXISTS : UNWRITABLE);
  }
  return file;
}

function readAuthority(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new UsageError(NO_AUTHORITY);
  }
}

const DAYS = {
  tr: `--days 1 ile ${String(MOST_DAYS)} arasında bir tam sayı olmalı.`,
  en: `--days must be a whole number from 1 to ${String(MOST_DAYS)}.`,
};
const NO_AUTHORITY = {
  tr: 'İmzalayan makamın sertifikası veya anahtarı okunamıyor. --ca-cert ve --ca-key ile gösterin.',
  en: "The signing authority's certificate or key cannot be read. Name them with --ca-cert and --ca-key.",
};
const EXISTS = {
  tr: 'Klasörde bu kurumun sertifikası veya anahtarı zaten var. Başka bir klasör seçin; anahtarların üzerine yazılmaz.',
  en: "The folder already holds this agency's certificate or key. Choose another folder; keys are never overwritten.",
};
const UNWRITABLE = {
  tr: 'Klasöre yazılamıyor. Yazabileceğiniz bir klasör seçin.',
  en: 'The folder cannot be written to. Choose a folder that you may write to.',
};
