// Generates the records in a process of its own, so that its memory is not taken for that of the index.
import { BenchVault, generate } from './search-records.mjs';

process.once('message', async ({ folder, records }) => {
  const vault = new BenchVault();
  const databaseFile = await generate(folder, records, vault, (done) => process.send({ done }));
  process.send({ databaseFile, kids: vault.kids() }, () => process.disconnect());
});
