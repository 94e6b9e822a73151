import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where a realm stands, which its `demo.json` names if it has one. */
interface RealmPlace {
  readonly folder: string;
  readonly partnerPort: number;
}

const NOTED = 'place.json';
const PARTS = ['data', 'certs', 'logs', 'operator.key'];

/** Writes down where a realm was made, so that a copy of its folder can be moved. */
export function noteRealm({ folder, partnerPort }: RealmPlace): void {
  writeFileSync(join(folder, NOTED), JSON.stringify({ folder, partnerPort }));
}

/** Copies a realm from the copy of its folder to another place, whose folder has none. */
export function moveRealm(copy: string, place: RealmPlace): void {
  const made = JSON.parse(readFileSync(join(copy, NOTED), 'utf8')) as RealmPlace;
  for (const part of PARTS.filter((name) => existsSync(join(copy, name))))
    cpSync(join(copy, part), join(place.folder, part), { recursive: true });
  const file = join(place.folder, 'data', 'demo.json');
  if (!existsSync(file)) return;
  const text = readFileSync(file, 'utf8')
    .replaceAll(made.folder, place.folder)
    .replace(`:${String(made.partnerPort)}"`, `:${String(place.partnerPort)}"`);
  writeFileSync(file, text);
}
