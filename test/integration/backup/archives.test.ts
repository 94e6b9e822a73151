import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { filesBelow } from '../../../src/backup/snapshot-folder.ts';
import { archiveFile, publishArchive } from '../../../src/backup/archive-target.ts';
import { requireRecipients } from '../../../src/backup/recipients.ts';
import { ArchiveWriter } from '../../../src/backup/write-archive.ts';
import { seeded } from '../../support/load.ts';
import { ArchiveRig, bytesOf, nameOfFault } from '../../support/archive-rig.ts';

const LARGE = bytesOf(300_000, 'large');
const MEMBERS = {
  'database/gecit.db': LARGE,
  'evidence/gecit.test/node-1/2026/signed.checkpoint': Buffer.from('checkpoint\n'),
  [`protocols/${'ç'.repeat(60)}/${'uzun-ad-'.repeat(20)}.yaml`]: Buffer.from('a: 1\n'),
  'settings/empty': Buffer.alloc(0),
};
/** Everything that may be said of bytes that are not those that were written. */
const REFUSED = ['BACKUP_DAMAGED', 'BACKUP_IDENTITY_WRONG', 'BACKUP_FOREIGN'];

let rig: ArchiveRig;
let good: string;

beforeAll(async () => {
  rig = await ArchiveRig.make();
  good = await rig.write({ members: MEMBERS });
});
afterAll(() => {
  rig[Symbol.dispose]();
});

describe('an archive', () => {
  test('gives back every member as it was, for its owner or for everybody', async () => {
    const { into, manifest, header } = await rig.unpack(good);
    expect(filesBelow(into).sort()).toEqual(Object.keys(MEMBERS).sort());
    for (const [name, bytes] of Object.entries(MEMBERS))
      expect(readFileSync(join(into, name)).equals(bytes)).toBe(true);
    expect(header).toMatchObject({ program: 'gecit', version: 1, kind: 'data' });
    expect(manifest.members.map(({ name }) => name)).toEqual(['gecit-backup.json', ...Object.keys(MEMBERS)]);
  });

  test('is a standard age file that holds nothing in the clear', () => {
    const bytes = readFileSync(good);
    expect(bytes.toString('latin1')).toMatch(/^age-encryption\.org\/v1\n-> X25519 /);
    expect(bytes.includes('checkpoint')).toBe(false);
  });

  test('in which a bit is another is refused, wherever the bit is', async () => {
    const size = readFileSync(good).length;
    const random = seeded(20_261_130);
    const places = [
      ...Array.from({ length: 24 }, () => Math.floor(random() * 200)),
      ...Array.from({ length: 40 }, () => Math.floor(random() * size)),
      size - 1,
    ];
    const answers: string[] = [];
    for (const place of places) {
      const bit = 1 << Math.floor(random() * 8);
      const flipped = rig.changed(good, (bytes) => {
        bytes.writeUInt8(bytes.readUInt8(place) ^ bit, place);
        return bytes;
      });
      answers.push(await nameOfFault(rig.unpack(flipped)));
    }
    expect(answers.filter((answer) => !REFUSED.includes(answer))).toEqual([]);
    expect(answers.filter((answer) => answer === 'BACKUP_DAMAGED').length).toBeGreaterThan(30);
  });

  test.each([10, 100, 190, 65_000, 131_072, -1, -16, -2_000])(
    'that ends at byte %i is refused',
    async (end) => {
      const cut = rig.changed(good, (bytes) => bytes.subarray(0, end));
      expect(REFUSED).toContain(await nameOfFault(rig.unpack(cut)));
    },
  );

  test('that goes on after its end is refused', async () => {
    const longer = rig.changed(good, (bytes) => Buffer.concat([bytes, Buffer.alloc(5)]));
    expect(await nameOfFault(rig.unpack(longer))).toBe('BACKUP_DAMAGED');
  });

  test('opens for nobody else', async () => {
    expect(await nameOfFault(rig.unpack(good, rig.other.identity))).toBe('BACKUP_IDENTITY_WRONG');
  });

  test('of a newer version is told from one that is damaged', async () => {
    const newer = await rig.write({ header: { version: 2 } });
    expect(await nameOfFault(rig.unpack(newer))).toBe('BACKUP_NEWER');
  });

  test('of keys is not taken for one of data', async () => {
    const keys = await rig.write({ header: { kind: 'keys' }, manifest: { kind: 'keys' } });
    expect(await nameOfFault(rig.unpack(keys))).toBe('BACKUP_KIND');
  });

  test('is a file that is there, and an age file', async () => {
    const text = join(rig.folder, 'text');
    writeFileSync(text, 'x'.repeat(100_000));
    expect(await nameOfFault(rig.unpack(text))).toBe('BACKUP_FOREIGN');
    expect(await nameOfFault(rig.unpack(join(rig.folder, 'nothing')))).toBe('BACKUP_UNREADABLE');
    const endless = rig.changed(good, (bytes) =>
      Buffer.concat([bytes.subarray(0, 22), Buffer.alloc(200_000, 'a')]),
    );
    expect(await nameOfFault(rig.unpack(endless))).toBe('BACKUP_DAMAGED');
  });
});

/** Anybody can encrypt for a public recipient. */
describe('an archive that somebody else made for the same recipient', () => {
  test.each([
    ['../outside'],
    ['database/../../outside'],
    ['/etc/outside'],
    ['keys/master.key'],
    ['database'],
    ['evidence//x'],
    ['elsewhere/x'],
  ])('writes nothing under the name %s', async (name) => {
    const forged = await rig.write({ members: { [name]: Buffer.from('x') } });
    expect(await nameOfFault(rig.unpack(forged))).toBe('BACKUP_FOREIGN');
  });

  test.each<[string, Parameters<ArchiveRig['write']>[0], string]>([
    [
      'without a signature that holds',
      { sign: () => Buffer.alloc(64).toString('base64') },
      'BACKUP_SIGNATURE_INVALID',
    ],
    [
      'whose manifest is of another archive',
      { manifest: { id: '9b2e8a50-1111-4222-8333-444455556666' } },
      'BACKUP_DAMAGED',
    ],
    ['whose manifest is none', { manifest: { logs: 'none' as never } }, 'BACKUP_DAMAGED'],
    ['that is no backup', { header: { program: 'other' as never } }, 'BACKUP_FOREIGN'],
  ])('%s is refused', async (_, change, code) => {
    expect(await nameOfFault(rig.unpack(await rig.write(change)))).toBe(code);
  });
});

describe('recipients', () => {
  const check = async (data: string[], keys?: string[]): Promise<string> =>
    nameOfFault(
      (async () => {
        await Promise.resolve();
        requireRecipients(data, keys);
      })(),
    );

  test('are never the same for data and keys', async () => {
    const { data, other } = rig;
    expect(await check([data.recipient], [other.recipient])).toBe('nothing');
    expect(await check([data.recipient, other.recipient], [other.recipient])).toBe('BACKUP_RECIPIENT_SHARED');
    expect(await check([data.recipient], [data.recipient.toUpperCase()])).toContain(
      'BACKUP_RECIPIENT_SHARED',
    );
  });

  test('are named, and are recipients', async () => {
    expect(await check([])).toBe('BACKUP_RECIPIENT_MISSING');
    expect(await check([rig.data.recipient], [])).toBe('BACKUP_RECIPIENT_MISSING');
    expect(await check([rig.data.recipient.replace(/.$/, 'b').replace(/.$/, 'q')])).toBe(
      'BACKUP_RECIPIENT_INVALID',
    );
    expect(await check(['ssh-ed25519 AAAA'])).toBe('BACKUP_RECIPIENT_INVALID');
  });

  test('have identities in files as age-keygen writes them', async () => {
    const file = join(rig.folder, 'no.identity');
    writeFileSync(file, '# only a comment\n');
    expect(await nameOfFault(rig.unpack(good, file))).toBe('BACKUP_IDENTITY_INVALID');
    expect(await nameOfFault(rig.unpack(good, join(rig.folder, 'none')))).toBe('BACKUP_IDENTITY_INVALID');
  });
});

describe('the file of an archive', () => {
  test('is never written over, and gets a name of its own in a folder', async () => {
    const at = Date.parse('2026-11-30T10:15:00Z');
    expect(archiveFile(rig.folder, 'keys', 'gecit.test/node-1', at)).toBe(
      join(rig.folder, 'gecit.test_node-1_keys_20261130T101500Z.tar.age'),
    );
    expect(() => archiveFile(good, 'data', 'n', at)).toThrow(
      expect.objectContaining({ name: 'BACKUP_EXISTS' }),
    );
    const draft = join(rig.folder, 'draft');
    writeFileSync(draft, 'x');
    expect(await nameOfFault(publishArchive(draft, good, '00'))).toBe('BACKUP_NOT_WRITTEN');
    expect(readFileSync(good).length).toBeGreaterThan(LARGE.length);
  });

  test('that cannot be written ends the writing instead of leaving it waiting', async () => {
    const nowhere = { file: join(rig.folder, 'no', 'such', 'folder'), onBytes: (): void => undefined };
    const writer = await ArchiveWriter.open(nowhere, [rig.data.recipient]);
    const work = async (): Promise<void> => {
      for (let round = 0; round < 50; round += 1) await writer.add(`settings/${String(round)}`, LARGE);
      await writer.finish();
    };
    expect(await nameOfFault(work())).toBe('BACKUP_NOT_WRITTEN');
    mkdirSync(join(rig.folder, 'no', 'such'), { recursive: true });
    await writer.abandon();
    expect(filesBelow(join(rig.folder, 'no'))).toEqual([]);
  });
});
