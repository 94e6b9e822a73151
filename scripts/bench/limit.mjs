import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { inTurn, servePlainly } from './plain-server.mjs';

// What TLS, HTTP, JSON and one durable row an answer cost: no gateway on this stack can be cheaper.

const ROW_BYTES = 1024;

servePlainly(({ answers, folder }) => {
  const nextAnswer = inTurn(answers);
  const commit = groupCommit(join(folder, 'limit.db'));
  return (request, response) => {
    const parts = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () => {
      JSON.parse(Buffer.concat(parts).toString('utf8'));
      commit(() => send(response, JSON.stringify(nextAnswer())));
    });
  };
});

/** Everything that asks within a turn of the event loop shares one commit, and goes on when it is on the disk. */
function groupCommit(file) {
  const database = new Database(file);
  database.pragma('journal_mode = wal');
  database.pragma('synchronous = full');
  database.exec('create table record (id integer primary key, bytes blob not null)');
  const insert = database.prepare('insert into record (bytes) values (?)');
  const row = randomBytes(ROW_BYTES);
  const insertAll = database.transaction((count) => {
    for (let done = 0; done < count; done += 1) insert.run(row);
  });
  let waiting = [];
  const commit = () => {
    const batch = waiting;
    waiting = [];
    insertAll(batch.length);
    for (const goOn of batch) goOn();
  };
  return (goOn) => {
    if (waiting.push(goOn) === 1) setImmediate(commit);
  };
}

function send(response, text) {
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) });
  response.end(text);
}
