// Searches without a pause, as one auditor who never thinks would, until the process that started it goes.
import { constants, setPriority } from 'node:os';
import { built } from './built.mjs';
import { asked, kindsOf } from './search-asked.mjs';
import { BenchVault, ORIGIN } from './search-records.mjs';

const { openSearchedLog } = await built('store/search/open-searched-log.js');
const { searchLogs } = await built('audit/search-logs.js');

// As the command does.
setPriority(constants.priority.PRIORITY_LOW);

process.once('message', ({ storage, records, kids }) => {
  const kinds = Object.values(kindsOf(new BenchVault(kids), records));
  let searches = 0;
  const next = () => {
    const kind = kinds[searches % kinds.length];
    const log = openSearchedLog(storage, ORIGIN, () => undefined);
    searchLogs([log], asked(kind()));
    log.index.close();
    log.rows.close();
    searches += 1;
    process.send({ searches });
    setImmediate(next);
  };
  next();
});
process.on('disconnect', () => process.exit());
