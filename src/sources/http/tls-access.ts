import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { type Fault, FaultsError } from '../../shared/fault.ts';
import { sourceFault } from '../source-faults.ts';
import { type TlsFiles } from './http-settings.ts';

/** PEM texts with which a system is called, and by which its server is believed. */
export interface TlsAccess {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

const PARTS = [
  ['ca', 'ca'],
  ['certificate', 'cert'],
  ['key', 'key'],
] as const;

/** Reads and tries the files. @throws FaultsError for what is missing or broken, or does not fit together */
export function readTlsAccess(sourceId: string, files: TlsFiles): TlsAccess {
  const faults: Fault[] = [];
  const access: Record<string, string> = {};
  for (const [setting, part] of PARTS) {
    const file = files[setting];
    if (file === undefined) continue;
    try {
      access[part] = readFileSync(file, 'utf8');
      // Without `BEGIN`, OpenSSL takes a list of authorities for an empty one.
      if (!access[part].includes('-----BEGIN ')) faults.push(broken(sourceId, setting, 'NO_PEM'));
    } catch (error) {
      faults.push(unreadable(sourceId, setting, codeOf(error)));
    }
  }
  if (faults.length === 0) faults.push(...contextFaults(sourceId, access));
  if (faults.length > 0) throw new FaultsError(faults);
  return access;
}

function contextFaults(sourceId: string, access: TlsAccess): Fault[] {
  try {
    createSecureContext(access);
    return [];
  } catch (error) {
    return [broken(sourceId, 'certificate', codeOf(error))];
  }
}

function unreadable(sourceId: string, setting: string, reason: string): Fault {
  return sourceFault(sourceId, `tls.${setting}`, {
    code: 'SOURCE_FILE_UNREADABLE',
    message: { tr: `dosya okunamadı (${reason})`, en: `the file cannot be read (${reason})` },
    remedy: {
      tr: 'Dosyayı yerine koyun ve okuma izni verin.',
      en: 'Put the file in place and allow it to be read.',
    },
  });
}

function broken(sourceId: string, setting: string, reason: string): Fault {
  return sourceFault(sourceId, `tls.${setting}`, {
    code: 'SOURCE_TLS_FILE_INVALID',
    message: {
      tr: `PEM dosyası kullanılamıyor ya da anahtar sertifikaya ait değil (${reason})`,
      en: `the PEM file cannot be used, or the key is not that of the certificate (${reason})`,
    },
    remedy: {
      tr: 'Sertifikayı ve onun parolasız anahtarını PEM olarak koyun.',
      en: 'Put the certificate and its key, without a passphrase, in place as PEM.',
    },
  });
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'UNKNOWN';
}
