import { describe, expect, test } from '@jest/globals';
import Sqlite from 'better-sqlite3';
import { parseCheckpoint } from '../../../src/audit/note/checkpoint.ts';
import { parseVkey } from '../../../src/audit/note/note-key.ts';
import { parseNote, verifyNote } from '../../../src/audit/note/signed-note.ts';
import { FaultsError } from '../../../src/shared/fault.ts';
import { openLogOf } from '../../../src/store/find-log.ts';
import { startGateway as start } from '../../../src/wiring.ts';
import { until } from '../../support/gateway-process.ts';
import { ROOT } from '../../support/repository.ts';
import { startGateway, type TestGateway } from '../../support/start-gateway.ts';

function databaseOf(gateway: TestGateway): string {
  return gateway.settings.databaseUrl.slice('sqlite:'.length);
}

async function faultOf(started: Promise<unknown>): Promise<string> {
  const thrown: unknown = await started.catch((error: unknown) => error);
  return thrown instanceof FaultsError ? (thrown.faults[0]?.code ?? '') : 'started';
}

describe('the log of a node', () => {
  test('is written by one process: a second one ends with a sentence while the first goes on', async () => {
    await using gateway = await startGateway();
    expect(await faultOf(start(gateway.settings, ROOT, { clock: gateway.clock }))).toBe('LOG_IN_USE');
    expect((await gateway.official().query()).status).toBe(200);
  });

  test('is free for the next process as soon as the first has stopped', async () => {
    await using gateway = await startGateway();
    await gateway.restart();
    expect((await gateway.official().query()).status).toBe(200);
  });

  test('is not written any more by a process whose right another one took', async () => {
    await using gateway = await startGateway();
    const other = new Sqlite(databaseOf(gateway));
    other.prepare("UPDATE log_lease SET holder = 'another', until = 0").run();
    other.close();
    expect((await gateway.official().query()).json()).toMatchObject({ code: 'AUDIT_NOT_DURABLE' });
    await gateway.restart();
    expect((await gateway.official().query()).status).toBe(200);
  });

  test('is signed again after a crash between commit and signature', async () => {
    await using gateway = await startGateway();
    await gateway.official().query();
    await gateway.restart();
    const [log] = gateway.logs.all();
    const newest = log?.newestCheckpoint();
    expect(newest?.size).toBe(log?.head().size);
    const note = parseNote(newest?.note ?? '');
    expect(verifyNote(note, [parseVkey(log?.vkey() ?? '')])).toHaveLength(1);
    expect(parseCheckpoint(note.text).root.equals(log?.head().root ?? Buffer.of())).toBe(true);
  });

  test('does not start from a database that was rolled back behind what was signed', async () => {
    await using gateway = await startGateway();
    const backup = `${databaseOf(gateway)}.backup`;
    const running = new Sqlite(databaseOf(gateway));
    await running.backup(backup);
    running.close();
    await gateway.official().query();
    await gateway.restart();
    await gateway.stop();
    const copy = new Sqlite(backup);
    copy.exec('DELETE FROM log_lease');
    copy.close();
    const restored = { ...gateway.settings, databaseUrl: `sqlite:${backup}` };
    const thrown: unknown = await start(restored, ROOT, { clock: gateway.clock }).catch(
      (error: unknown) => error,
    );
    expect(thrown).toMatchObject({ faults: [{ code: 'LOG_ROLLED_BACK' }] });
    // Whoever prints a fault puts the full stop between its message and its remedy.
    const [fault] = thrown instanceof FaultsError ? thrown.faults : [];
    expect(fault?.message.en).toMatch(/[^.]$/);
    await gateway.start();
  });

  test('takes no record, and its end no change, once it is closed', async () => {
    await using gateway = await startGateway();
    gateway.clock.set(Date.parse('2027-01-10T09:00:00.000Z'));
    gateway.official().forgetToken();
    await gateway.official().query();
    const other = new Sqlite(databaseOf(gateway));
    const insert = other.prepare(
      "INSERT INTO audit_leaf (log, idx, query_id, leaf, leaf_hash) SELECT log, size, 'x', x'00', x'00' FROM audit_head WHERE log = 1",
    );
    expect(() => insert.run()).toThrow('closed');
    expect(() => other.prepare('UPDATE audit_head SET next_origin = NULL WHERE log = 1').run()).toThrow();
    other.close();
    const [closed, open] = gateway.logs.all();
    expect(closed?.head().next).toBe(open?.head().origin);
    await until(() => closed?.newestCheckpoint()?.size === closed?.head().size, 'the end is signed');
    expect(openLogOf(gateway.settings.databaseUrl, open?.head().origin ?? '').vkey()).not.toBe(
      closed?.vkey(),
    );
  });
});
