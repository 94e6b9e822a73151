import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DemoFile, readDemoFile } from '../../src/demo/demo-file.ts';
import { pathOnDisk, realmPaths, type DemoFolders } from '../../src/demo/realm-paths.ts';
import { describeCertificate } from '../../src/identity/certificates/describe-certificate.ts';

/** An agency's certificate and key, both PEM. */
export interface AgencyAccess {
  readonly certificate: string;
  readonly key: string;
  /** SHA-256 of the DER form, lower-case hex. */
  readonly fingerprint: string;
}

export type AgencyId = 'cgm' | 'iskur' | 'other';
export type ListedOfficial = DemoFile['officials'][number];

/** All that the partners of a realm hold. */
export interface DemoAccess {
  /** PEM. */
  readonly ca: string;
  readonly agencies: Readonly<Record<AgencyId, AgencyAccess>>;
  readonly officials: readonly ListedOfficial[];
  readonly subjects: DemoFile['subjects'];
}

/** What a partner reads in `data/demo.json` and the files that it names. */
export function readDemoAccess(folders: DemoFolders): DemoAccess {
  const content = readDemoFile(readFileSync(realmPaths(folders).demoFile, 'utf8'));
  if (content === undefined) throw new Error('there is no demo file');
  const read = (path: string): string => readFileSync(pathOnDisk(folders, path), 'utf8');
  const accessOf = (id: AgencyId): AgencyAccess => {
    const listed = content.agencies.find((agency) => agency.id === id);
    if (listed === undefined) throw new Error(`the demo file lists no agency ${id}`);
    const certificate = read(listed.cert);
    return { certificate, key: read(listed.key), fingerprint: describeCertificate(certificate).fingerprint };
  };
  return {
    ca: readFileSync(join(realmPaths(folders).certificates, 'ca.crt'), 'utf8'),
    agencies: { cgm: accessOf('cgm'), iskur: accessOf('iskur'), other: accessOf('other') },
    officials: content.officials,
    subjects: content.subjects,
  };
}

/** The first official or subject whose description begins with the words. */
export function listedAbout<Listed extends { readonly about: string }>(
  listed: readonly Listed[],
  words: string,
): Listed {
  const found = listed.find(({ about }) => about.startsWith(words));
  if (found === undefined) throw new Error(`nobody in the realm is described by "${words}"`);
  return found;
}
