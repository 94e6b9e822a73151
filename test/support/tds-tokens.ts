/** Tokens of TDS 7.4, as SQL Server sends them. */

const ucs2 = (text: string): Buffer => Buffer.from(text, 'utf16le');
const u8 = (value: number): Buffer => Buffer.from([value]);
const u16 = (value: number): Buffer => Buffer.from([value & 0xff, value >> 8]);
const u32 = (value: number): Buffer => {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32LE(value);
  return buffer;
};
const shortText = (text: string): Buffer => Buffer.concat([u8(text.length), ucs2(text)]);

/** Turkish_CI_AS: code page 1254. */
const TURKISH = Buffer.from([0x1f, 0x04, 0xd0, 0x00, 0x00]);

/** A packet that ends its message. */
export function packet(type: number, data: Buffer): Buffer {
  const head = Buffer.from([type, 1, 0, 0, 0, 0, 1, 0]);
  head.writeUInt16BE(data.length + 8, 2);
  return Buffer.concat([head, data]);
}

export const TABULAR = 4;

/** Version, and encryption: not supported. */
export const PRELOGIN = Buffer.concat([
  Buffer.from([0, 0, 11, 0, 6, 1, 0, 17, 0, 1, 0xff]),
  Buffer.from([16, 0, 0, 0, 0, 0]),
  Buffer.from([2]),
]);

/** @param more further result sets follow */
export function done(more = false): Buffer {
  return Buffer.concat([u8(0xfd), u16(more ? 1 : 0), u16(0), Buffer.alloc(8)]);
}

export function loginAck(): Buffer {
  const body = Buffer.concat([
    u8(1),
    Buffer.from([0x74, 0, 0, 4]),
    shortText('Test'),
    Buffer.from([16, 0, 0, 0]),
  ]);
  const collation = Buffer.concat([u8(7), u8(5), TURKISH, u8(0)]);
  return Buffer.concat([token(0xe3, collation), token(0xad, body), done()]);
}

/** Sends the client to another server. */
export function routing(server: string, port: number): Buffer {
  const value = Buffer.concat([u8(0), u16(port), u16(server.length), ucs2(server)]);
  return token(0xe3, Buffer.concat([u8(20), u16(value.length), value, u16(0)]));
}

export function error(number: number, severity: number, text: string): Buffer {
  const body = [
    u32(number),
    u8(1),
    u8(severity),
    u16(text.length),
    ucs2(text),
    shortText('s'),
    shortText(''),
    u32(1),
  ];
  return token(0xaa, Buffer.concat(body));
}

export type ColumnType = 'nvarchar' | 'varchar' | 'int' | 'bit';

export function columns(...list: readonly (readonly [name: string, type: ColumnType])[]): Buffer {
  const each = list.map(([name, type]) =>
    Buffer.concat([Buffer.alloc(4), u16(9), TYPE[type], shortText(name)]),
  );
  return Buffer.concat([u8(0x81), u16(list.length), ...each]);
}

const TYPE: Readonly<Record<ColumnType, Buffer>> = {
  nvarchar: Buffer.concat([u8(0xe7), u16(8000), TURKISH]),
  varchar: Buffer.concat([u8(0xa7), u16(8000), TURKISH]),
  int: u8(0x38),
  bit: u8(0x32),
};

/** Values in the order of the columns: texts as `nvarchar`, bytes as `varchar`, numbers as `int`, booleans as `bit`. */
export function row(...values: readonly (string | number | boolean | Buffer)[]): Buffer {
  return Buffer.concat([u8(0xd1), ...values.map(valueOf)]);
}

function valueOf(value: string | number | boolean | Buffer): Buffer {
  if (typeof value === 'number') return u32(value);
  if (typeof value === 'boolean') return u8(value ? 1 : 0);
  const bytes = typeof value === 'string' ? ucs2(value) : value;
  return Buffer.concat([u16(bytes.length), bytes]);
}

function token(code: number, body: Buffer): Buffer {
  return Buffer.concat([u8(code), u16(body.length), body]);
}
