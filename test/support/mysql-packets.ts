/** Packets of the MySQL protocol (version 10), as a server sends them. */

const VAR_STRING = 0xfd;
const UTF8MB4 = 45;

/** Payloads as packets, counted on from `first`. */
export function packets(first: number, ...payloads: readonly Buffer[]): Buffer {
  return Buffer.concat(
    payloads.map((payload, place) => {
      const head = Buffer.alloc(4);
      head.writeUIntLE(payload.length, 0, 3);
      head.writeUInt8((first + place) % 256, 3);
      return Buffer.concat([head, payload]);
    }),
  );
}

const END = Buffer.from([0xfe, 0, 0, 2, 0]);

/** The answer to a prepared statement with text columns. */
export function prepared(parameters: number, columns: readonly string[]): Buffer {
  const head = Buffer.from([0, 1, 0, 0, 0, columns.length, 0, parameters, 0, 0, 0, 0]);
  const places = Array.from({ length: parameters }, () => definition('?'));
  const all = [head, ...places, ...(parameters > 0 ? [END] : []), ...columns.map(definition), END];
  return packets(1, ...all);
}

/** The head of a result set with text columns. */
export function resultHead(columns: readonly string[]): Buffer[] {
  return [Buffer.from([columns.length]), ...columns.map(definition), END];
}

/** A row of texts in the binary protocol, none of them null. */
export function binaryRow(...values: readonly string[]): Buffer {
  const nulls = Buffer.alloc(Math.floor((values.length + 9) / 8));
  return Buffer.concat([Buffer.from([0]), nulls, ...values.map(text)]);
}

/** A whole result set. */
export function resultSet(columns: readonly string[], ...rows: readonly (readonly string[])[]): Buffer {
  return packets(1, ...resultHead(columns), ...rows.map((row) => binaryRow(...row)), END);
}

export function errorPacket(number: number, state: string, said: string): Buffer {
  return packets(
    1,
    Buffer.concat([Buffer.from([0xff, number & 0xff, number >> 8]), Buffer.from(`#${state}${said}`)]),
  );
}

function definition(name: string): Buffer {
  const tail = Buffer.from([0x0c, UTF8MB4, 0, 0xff, 0xff, 0, 0, VAR_STRING, 0, 0, 0, 0, 0]);
  return Buffer.concat([text('def'), text(''), text(''), text(''), text(name), text(name), tail]);
}

/** A text with its length before it, below 64 KiB. */
function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  const length = bytes.length < 251 ? [bytes.length] : [0xfc, bytes.length & 0xff, bytes.length >> 8];
  return Buffer.concat([Buffer.from(length), bytes]);
}
