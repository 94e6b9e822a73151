import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestCertificate, testCertificates } from './test-certificates.ts';

/** The files that a source is given, in a folder of their own. */
export class SourceFiles implements Disposable {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'gecit-source-'));

  /** Writes a file that only its owner may read; gives its path. */
  write(name: string, content: string | Buffer): string {
    const file = join(this.folder, name);
    writeFileSync(file, content, { mode: 0o600 });
    return file;
  }

  /** The PEM files of a client that trusts the test CA, with the certificate of an agency. */
  tls(client: TestCertificate | null = testCertificates().agency): {
    ca: string;
    certificate?: string;
    key?: string;
  } {
    const ca = this.write('ca.crt', testCertificates().ca.certificate);
    if (client === null) return { ca };
    return {
      ca,
      certificate: this.write('client.crt', client.certificate),
      key: this.write('client.key', client.key),
    };
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
