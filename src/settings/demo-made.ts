import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DEMO_AUTHORITY } from '../shared/demo-authority.ts';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Whether a PEM file, wherever it stands, holds the demo authority or a certificate that it signed. */
export function holdsDemoCertificate(file: string): boolean {
  const certificates = readText(file).match(CERTIFICATE) ?? [];
  return certificates.some(isOfDemoAuthority);
}

/** Whether a file stands in the folder that a demo realm makes beside its demo file, wherever that realm was moved. */
export function isBesideDemoFile(file: string): boolean {
  return existsSync(join(dirname(dirname(file)), 'demo.json'));
}

function isOfDemoAuthority(pem: string): boolean {
  try {
    const { issuer, subject } = new X509Certificate(pem);
    return `${issuer}\n${subject}`.split('\n').includes(`CN=${DEMO_AUTHORITY}`);
  } catch {
    return false;
  }
}

/** A file that cannot be read is a fault of its own, where it is opened. */
function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
