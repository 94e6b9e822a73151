import { isIP } from 'node:net';
import { type Sentence } from '../shared/problem.ts';
import { type CommandContext } from './command.ts';
import { UsageError } from './command-error.ts';
import { type PartnerConnection, type Question } from './partner-client.ts';
import { type Realm, type RealmOfficial, readPemFile, readRealm, realmConnection } from './realm-file.ts';

export interface QueryOptions {
  readonly demo?: boolean;
  readonly official?: string;
  readonly subject?: string;
  readonly purpose?: string;
  readonly case?: string;
  readonly agreement: string;
  readonly operation: string;
  readonly url?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly ca?: string;
  readonly localAddress?: string;
  readonly idempotencyKey?: string;
}

export interface QueryPlan {
  readonly connection: PartnerConnection;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly question: Question;
}

const DEMO_PURPOSE = 'cocuk-isciligi-takip';
const DEMO_CASE = '2026/118';

/**
 * Completes the options to a query: from the demo realm, unless a certificate is named.
 * What the realm does not know is read from standard input: first the secret, then the identity number.
 * @throws UsageError when something is missing
 */
export async function planQuery(context: CommandContext, options: QueryOptions): Promise<QueryPlan> {
  const mistake = mistakes(options).find(([made]) => made);
  if (mistake !== undefined) throw new UsageError(mistake[1]);
  return options.cert === undefined ? planFromRealm(context, options) : planFromFiles(context, options);
}

async function planFromRealm({ ports, shell }: CommandContext, options: QueryOptions): Promise<QueryPlan> {
  const realm = readRealm(ports.place().folders.data);
  const { clientId, clientSecret, agency } = knownOfficial(realm, options);
  const standing = realmConnection(realm, agency);
  const { url = standing.url, ca, localAddress } = options;
  const connection = { ...standing, url, ca: ca === undefined ? standing.ca : readPemFile(ca), localAddress };
  const tckn = options.demo === true ? subjectOf(realm, options) : await shell.readSecret(IDENTITY_NUMBER);
  return { connection, clientId, clientSecret, question: questionOf(options, tckn) };
}

async function planFromFiles({ shell }: CommandContext, options: QueryOptions): Promise<QueryPlan> {
  const { url = '', cert = '', key = '', ca, official = '', localAddress } = options;
  const connection = {
    url,
    ca: ca === undefined ? undefined : readPemFile(ca),
    certificate: readPemFile(cert),
    key: readPemFile(key),
    localAddress,
  };
  const clientSecret = await shell.readSecret(SECRET);
  const tckn = await shell.readSecret(IDENTITY_NUMBER);
  return { connection, clientId: official, clientSecret, question: questionOf(options, tckn) };
}

function questionOf(options: QueryOptions, tckn: string): Question {
  const {
    agreement,
    operation,
    purpose = DEMO_PURPOSE,
    case: caseReference = DEMO_CASE,
    idempotencyKey,
  } = options;
  return { agreement, operation, tckn, purpose, caseReference, idempotencyKey };
}

function mistakes(options: QueryOptions): readonly (readonly [made: boolean, sentence: Sentence])[] {
  const { demo = false, official, purpose, cert, key, url, localAddress } = options;
  return [
    [!demo && official === undefined, WHO],
    [!demo && (purpose === undefined || options.case === undefined), WHY],
    [(cert === undefined) !== (key === undefined), PAIR],
    [cert !== undefined && (demo || url === undefined), WHERE],
    [url !== undefined && !isHttps(url), HTTPS],
    [localAddress !== undefined && isIP(localAddress) === 0, ADDRESS],
  ];
}

function isHttps(url: string): boolean {
  return URL.canParse(url) && new URL(url).protocol === 'https:';
}

function knownOfficial(realm: Realm, { official }: QueryOptions): RealmOfficial {
  const known = realm.officials.find(({ clientId, about }) =>
    official === undefined ? about === 'may query' : clientId === official,
  );
  if (known === undefined) throw new UsageError(NOBODY);
  return known;
}

function subjectOf(realm: Realm, { subject }: QueryOptions): string {
  const found = realm.subjects[Number(subject ?? '1') - 1];
  if (found === undefined) throw new UsageError(SUBJECT);
  return found.tckn;
}

const SECRET = { tr: 'İstemci gizli anahtarı', en: 'Client secret' };
const IDENTITY_NUMBER = { tr: 'T.C. kimlik numarası', en: 'T.R. identity number' };
const WHO = {
  tr: 'Kimin soracağı belli değil. --demo veya --official <clientId> verin.',
  en: 'It is not said who asks. Give --demo or --official <clientId>.',
};
const WHY = {
  tr: 'Amaç veya dosya numarası eksik. --purpose ve --case verin.',
  en: 'Purpose or case reference is missing. Give --purpose and --case.',
};
const PAIR = {
  tr: 'Sertifika ile anahtar birlikte gerekir. --cert ve --key verin.',
  en: 'Certificate and key belong together. Give --cert and --key.',
};
const WHERE = {
  tr: '--cert, --url ile birlikte ve --demo olmadan kullanılır. Geçidin adresini --url ile verin.',
  en: '--cert goes with --url and without --demo. Give the address of the gateway with --url.',
};
const HTTPS = {
  tr: '--url bir https adresi değil. https:// ile başlayan adresi verin.',
  en: '--url is no https address. Give the one that begins with https://.',
};
const ADDRESS = {
  tr: '--local-address bir IP adresi değil. 127.0.0.2 gibi yazın.',
  en: '--local-address is no IP address. Write it like 127.0.0.2.',
};
const NOBODY = {
  tr: 'Deneme ortamında bu istemci yok. demo.json içindeki bir clientId verin ya da --cert, --key ve --url kullanın.',
  en: 'The demo realm has no such client. Give a clientId of demo.json, or use --cert, --key and --url.',
};
const SUBJECT = {
  tr: 'Deneme ortamında bu sırada kişi yok. 1 ile 6 arasında bir sıra verin.',
  en: 'The demo realm has no subject at this place. Give a number from 1 to 6.',
};
