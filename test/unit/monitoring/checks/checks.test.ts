import { describe, expect, test } from '@jest/globals';
import { type PushState } from '../../../../src/jobs/push-checkpoints.ts';
import { CertificateEnds } from '../../../../src/monitoring/certificate-ends.ts';
import { type Check } from '../../../../src/monitoring/checks/check.ts';
import { checkCertificates } from '../../../../src/monitoring/checks/check-certificates.ts';
import { checkClock, type ClockState } from '../../../../src/monitoring/checks/check-clock.ts';
import { checkDatabase } from '../../../../src/monitoring/checks/check-database.ts';
import { checkDisk } from '../../../../src/monitoring/checks/check-disk.ts';
import { checkLog } from '../../../../src/monitoring/checks/check-log.ts';
import { checkSealing } from '../../../../src/monitoring/checks/check-sealing.ts';
import { type AnsweredBy, checkSources } from '../../../../src/monitoring/checks/check-sources.ts';
import { checkStopping } from '../../../../src/monitoring/checks/check-stopping.ts';
import { checkTimeStamps } from '../../../../src/monitoring/checks/check-time-stamps.ts';
import { checkWitnesses } from '../../../../src/monitoring/checks/check-witnesses.ts';
import { DiskRoom, type FileSystemFigures } from '../../../../src/monitoring/disk-room.ts';
import { SetClock } from '../../../support/set-clock.ts';
import { testCertificates } from '../../../support/test-certificates.ts';

const DAY = 86_400_000;
const HOUR = 3_600_000;

/** `level CODE about` of everything that a check finds. */
async function found(check: Check): Promise<string[]> {
  const findings = await check.look();
  for (const { message } of findings) {
    expect(message.tr).toMatch(/^\p{Lu}.*\.$/su);
    expect(message.en).toMatch(/^\p{Lu}.*\.$/su);
  }
  return findings.map(({ level, code, about }) => [level, code, about].filter((part) => part !== undefined).join(' ')); // prettier-ignore
}

describe('the check of the database', () => {
  test('fails while the registers cannot be read', async () => {
    expect(await found(checkDatabase(async () => Promise.resolve(true)))).toEqual([]);
    expect(await found(checkDatabase(async () => Promise.resolve(false)))).toEqual([
      'fail DATABASE_UNREADABLE',
    ]);
  });
});

describe('the check of the log', () => {
  const log = (recording: boolean, waiting: number): Check =>
    checkLog({
      recording: async () => Promise.resolve(recording),
      queue: () => ({ waiting, mostWaiting: 100 }),
    });

  test('fails while records do not become durable, and warns of a queue that is half full', async () => {
    expect(await found(log(false, 0))).toEqual(['fail RECORDS_NOT_DURABLE']);
    expect(await found(log(true, 50))).toEqual([]);
    expect(await found(log(true, 51))).toEqual(['warn RECORDS_WAIT']);
  });
});

describe('the check of the sources', () => {
  const OPERATIONS: AnsweredBy[] = [
    { agreement: 'a', operation: 'one', source: 'x' },
    { agreement: 'a', operation: 'two', source: 'y' },
    { agreement: 'b', operation: 'one', source: 'x' },
  ];
  const sources = (operations: readonly AnsweredBy[], ...down: string[]): Check =>
    checkSources(
      () => operations,
      (source) => down.includes(source),
    );

  test('warns of a source that is down while another operation can be answered', async () => {
    expect(await found(sources(OPERATIONS))).toEqual([]);
    expect(await found(sources(OPERATIONS, 'y'))).toEqual(['warn SOURCE_DOWN y']);
  });

  test('names an agreement of which nothing can be answered any more', async () => {
    expect(await found(sources(OPERATIONS, 'x'))).toEqual(['warn SOURCE_DOWN x', 'warn AGREEMENT_UNANSWERED b']);
  }); // prettier-ignore

  test('fails once no operation of any agreement can be answered', async () => {
    expect(await found(sources(OPERATIONS, 'x', 'y'))).toEqual([
      'fail SOURCES_ALL_DOWN',
      'fail SOURCE_DOWN x',
      'fail SOURCE_DOWN y',
    ]);
  });

  test('only warns of operations that no source answers: that is a matter of settings', async () => {
    const missing = { agreement: 'c', operation: 'one', source: undefined };
    expect(await found(sources([missing]))).toEqual(['warn SOURCE_NOT_CONFIGURED c/one']);
    expect(await found(sources([missing, ...OPERATIONS], 'x', 'y'))).toContain('fail SOURCES_ALL_DOWN');
  });
});

describe('the check of the disks', () => {
  const LIMITS = { leastBytes: 100, warnBytes: 1_000, leastInodes: 10, warnInodes: 20 };
  const disk = (figures: Partial<FileSystemFigures>): Check =>
    checkDisk(
      new DiskRoom({ data: '/data' }, async () =>
        Promise.resolve({ bavail: 1_000, bsize: 1, files: 100, ffree: 100, ...figures }),
      ),
      LIMITS,
    );

  test.each<[string, Partial<FileSystemFigures>, string[]]>([
    ['room enough', {}, []],
    ['less than is warned of', { bavail: 999 }, ['warn DISK_SPACE_LOW data']],
    ['less than is needed', { bavail: 99 }, ['fail DISK_SPACE_OUT data']],
    ['few inodes', { ffree: 19 }, ['warn DISK_INODES_LOW data']],
    ['too few inodes', { ffree: 9 }, ['fail DISK_INODES_OUT data']],
    ['no count of inodes', { files: 0, ffree: 0 }, []],
    ['neither', { bavail: 0, ffree: 0 }, ['fail DISK_SPACE_OUT data', 'fail DISK_INODES_OUT data']],
  ])('at %s finds %j', async (_name, figures, findings) => {
    expect(await found(disk(figures))).toEqual(findings);
  });

  test('counts blocks by their size', async () => {
    expect(await found(disk({ bavail: 10, bsize: 100 }))).toEqual([]);
  });

  test('warns of a disk that cannot be looked at', async () => {
    const room = new DiskRoom({ logs: '/logs' }, async () => Promise.reject(new Error('EIO')));
    expect(await found(checkDisk(room, LIMITS))).toEqual(['warn DISK_NOT_SEEN logs']);
  });
});

describe('the check of the clock', () => {
  const clock = (change: Partial<ClockState>): Check =>
    checkClock({
      jumped: () => false,
      inOrder: () => true,
      agrees: () => true,
      drifts: () => [],
      ...change,
    });
  const drift = (name: string, milliseconds: number | null, differs = false): ReturnType<ClockState['drifts']>[0] => {
    return { name, milliseconds, differs };
  }; // prettier-ignore

  test('fails after a jump, and before the newest record', async () => {
    expect(await found(clock({}))).toEqual([]);
    expect(await found(clock({ jumped: () => true }))).toEqual(['fail CLOCK_JUMPED']);
    expect(await found(clock({ inOrder: () => false }))).toEqual(['fail CLOCK_BEHIND_LOG']);
  });

  test('names the clock from which it is too far, which ends readiness only where it is not believed', async () => {
    const drifts = (): ReturnType<ClockState['drifts']> => [drift('database', 9_000, true), drift('node-2', 3)];
    expect(await found(clock({ drifts }))).toEqual(['warn CLOCK_DRIFT database']);
    expect(await found(clock({ drifts, agrees: () => false }))).toEqual(['fail CLOCK_DRIFT database']);
  }); // prettier-ignore

  test('goes on failing when nobody answers any more, and warns that nobody does', async () => {
    const drifts = (): ReturnType<ClockState['drifts']> => [drift('database', null)];
    expect(await found(clock({ drifts }))).toEqual(['warn CLOCK_NOT_COMPARED']);
    expect(await found(clock({ drifts, agrees: () => false }))).toEqual([
      'fail CLOCK_DRIFT',
      'warn CLOCK_NOT_COMPARED',
    ]);
  });
});

describe('the check of the certificates', () => {
  const { server, ca, expiredServer } = testCertificates();
  const ends = Date.parse(new Date(Date.now() + 30 * DAY).toISOString());
  const certificates = (
    shown: { certificate?: string; clientCa?: string } = {},
    now = Date.now(),
    agencies: Record<string, number> = {},
  ): Check =>
    checkCertificates({
      clock: new SetClock(now),
      ends: new CertificateEnds(() => ({ certificate: server.certificate, clientCa: ca.certificate, ...shown })),
      agencies: () => new Map(Object.entries(agencies)),
      warnMilliseconds: 10 * DAY,
    }); // prettier-ignore

  test('finds nothing long before their end', async () => {
    expect(await found(certificates())).toEqual([]);
  });

  test('warns days before their end, and says when it is', async () => {
    const check = certificates({}, ends - 9 * DAY);
    expect(await found(check)).toEqual([
      'warn CERTIFICATE_ENDS_SOON server',
      'warn CERTIFICATE_ENDS_SOON clientCa',
    ]);
    const [first] = await check.look();
    expect(first?.message.en).toMatch(/valid until 20\d\d-.*Z \([89] days left\)/);
  });

  test('fails once the server’s own, or one of its chain, has ended', async () => {
    expect(await found(certificates({ certificate: expiredServer.certificate }))).toEqual([
      'fail CERTIFICATE_EXPIRED server',
    ]);
    const chain = `${server.certificate}\n${expiredServer.certificate}`;
    expect(await found(certificates({ certificate: chain }))).toEqual(['fail CERTIFICATE_EXPIRED server']);
  });

  test('fails before they hold', async () => {
    expect(await found(certificates({}, Date.now() - 5 * DAY))).toContain(
      'fail CERTIFICATE_NOT_YET_VALID server',
    );
  });

  test('fails once every authority of clients has ended, and warns of one of several', async () => {
    const old = expiredServer.certificate;
    expect(await found(certificates({ clientCa: old }))).toEqual(['fail CERTIFICATE_EXPIRED clientCa']);
    expect(await found(certificates({ clientCa: `${old}\n${ca.certificate}` }))).toEqual([
      'warn CERTIFICATE_EXPIRED clientCa',
    ]);
  });

  test('warns of an agency whose last certificate ends, for as long after its end as before', async () => {
    const now = Date.now();
    const agencies = { a: now + 11 * DAY, b: now + 9 * DAY, c: now - 9 * DAY, d: now - 11 * DAY };
    expect(await found(certificates({}, now, agencies))).toEqual([
      'warn CERTIFICATE_ENDS_SOON b',
      'warn CERTIFICATE_EXPIRED c',
    ]);
  });

  test('looks at what the listener shows now', async () => {
    let certificate = expiredServer.certificate;
    const check = checkCertificates({
      clock: new SetClock(Date.now()),
      ends: new CertificateEnds(() => ({ certificate, clientCa: ca.certificate })),
      agencies: () => new Map(),
      warnMilliseconds: DAY,
    });
    expect(await found(check)).toEqual(['fail CERTIFICATE_EXPIRED server']);
    ({ certificate } = server);
    expect(await found(check)).toEqual([]);
  });
});

describe('the check of the time stamps', () => {
  const stamps = (stale: boolean, firstFailedAt: number | null): Check =>
    checkTimeStamps({ stale: () => stale, state: () => ({ firstFailedAt, lastError: 'network' }) });

  test('warns while they fail, and fails once queries are refused for it', async () => {
    expect(await found(stamps(false, null))).toEqual([]);
    expect(await found(stamps(false, 1))).toEqual(['warn STAMPS_FAIL network']);
    expect(await found(stamps(true, 1))).toEqual(['fail EVIDENCE_STALE']);
  });
});

describe('the check of the witnesses', () => {
  const witness = (name: string, lastError: string | null): PushState['witnesses'][0] => {
    return { name, url: null, newest: null, lastError };
  };
  const state = (change: Partial<PushState>, alarmed = false): PushState => {
    const quorum = { met: null, missingSince: null, alarmed };
    return { configured: true, witnesses: [], quorum, ...change };
  };

  test('warns of a lost quorum, of a witness that does not cosign and of one that disputes the log', async () => {
    const witnesses = [witness('x', null), witness('y', 'refused'), witness('z', 'disputed')];
    expect(await found(checkWitnesses(() => state({ witnesses }, true)))).toEqual([
      'warn WITNESS_QUORUM_LOST',
      'warn WITNESS_NOT_COSIGNING y',
      'warn OWN_LOG_DISPUTED z',
    ]);
  });

  test('finds nothing where none is configured', async () => {
    expect(await found(checkWitnesses(() => state({ configured: false }, true)))).toEqual([]);
  });
});

describe('the check of the sealing', () => {
  test('warns of a run that failed, with its code', async () => {
    const sealing = { clock: new SetClock(0), lastError: () => 'SEAL_MISMATCH', dayWaits: () => false };
    expect(await found(checkSealing(sealing))).toEqual(['warn SEALING_FAILED SEAL_MISMATCH']);
  });

  test('warns of a day that waits for more than a day, and looks at the files once a minute', async () => {
    const clock = new SetClock(1_000 * DAY);
    let waits = true;
    let looks = 0;
    const check = checkSealing({ clock, lastError: () => null, dayWaits: () => ((looks += 1), waits) });
    expect(await found(check)).toEqual([]);
    clock.advance(59_000);
    await found(check);
    expect(looks).toBe(1);
    clock.advance(25 * HOUR);
    expect(await found(check)).toEqual(['warn SEALING_LATE']);
    waits = false;
    clock.advance(HOUR);
    expect(await found(check)).toEqual([]);
  });
});

describe('a node that stops', () => {
  test('says so', async () => {
    let stopping = false;
    const check = checkStopping(() => stopping);
    expect(await found(check)).toEqual([]);
    stopping = true;
    expect(await found(check)).toEqual(['fail STOPPING']);
  });
});
