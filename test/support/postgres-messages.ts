/** Messages of PostgreSQL's protocol, as a server sends them (version 3.0). */

export function message(code: string, body: Buffer, length = body.length + 4): Buffer {
  const head = Buffer.alloc(5);
  head.write(code, 0, 'latin1');
  head.writeUInt32BE(length, 1);
  return Buffer.concat([head, body]);
}

/** A row of one text. */
export function dataRow(text: string): Buffer {
  const value = Buffer.from(text);
  const head = Buffer.alloc(6);
  head.writeInt16BE(1, 0);
  head.writeInt32BE(value.length, 2);
  return message('D', Buffer.concat([head, value]));
}

/** An error with its severity and its SQLSTATE. */
export function errorResponse(severity: string, code: string): Buffer {
  return message('E', Buffer.from(`S${severity}\0V${severity}\0C${code}\0Mdeneme\0\0`));
}
