import { expect, test } from '@jest/globals';
import { startPostgres } from '../../../support/postgres-server.ts';

test('each asker of the PostgreSQL of a run has a database of its own that keeps Turkish text', async () => {
  await using one = await startPostgres();
  await using other = await startPostgres();
  await one.run("CREATE TABLE kisi (ad text); INSERT INTO kisi VALUES ('Işıl İğdır Çağrı')");
  expect((await one.run('SELECT ad, length(ad) FROM kisi')).rows).toEqual([
    { ad: 'Işıl İğdır Çağrı', length: 16 },
  ]);
  await expect(other.run('SELECT ad FROM kisi')).rejects.toMatchObject({ code: '42P01' });
});
