import { systemClock } from '../../../shared/clock.ts';
import { valuesAt, writeTo } from './json-lines.ts';
import { type ReaderCall, type ReaderReply, type ReaderRequest } from './reader-message.ts';
import { type ReadAnswer, SqliteFile } from './sqlite-file.ts';

// The entry of the reader process. It reads one file and talks to the gateway that started it, to nothing else.

/** A batch that takes longer is answered in parts, so that the gateway sees progress. */
const PART_MILLISECONDS = 5;

const REQUESTS = 3;
const REPLIES = 4;

// Ctrl-C reaches the whole process group; queries under way are still answered while the gateway stops.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);

let file: SqliteFile | undefined;

for (const request of valuesAt(REQUESTS) as Iterable<ReaderRequest>) {
  if (request.kind === 'open') {
    file = new SqliteFile(request.file, request.queries, request.busyMilliseconds);
    begin(file);
    file.end();
  } else if (file !== undefined) {
    answerCalls(file, request.calls);
  }
}
// The gateway has closed its end, or is gone.
process.exit();

function answerCalls(open: SqliteFile, calls: readonly ReaderCall[]): void {
  for (let next = 0; next < calls.length;) {
    const answers: ReadAnswer[] = [];
    const until = systemClock.now() + PART_MILLISECONDS;
    begin(open);
    do {
      const call = calls[next++];
      if (call !== undefined) answers.push(open.read(...call));
    } while (next < calls.length && systemClock.now() < until);
    open.end();
    reply({ kind: 'answers', answers });
  }
}

function begin(open: SqliteFile): void {
  const state = open.begin();
  if (state !== undefined) reply({ kind: 'opened', state });
}

function reply(message: ReaderReply): void {
  writeTo(REPLIES, message);
}
