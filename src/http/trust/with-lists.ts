import { type Clock } from '../../shared/clock.ts';
import { type Sentence } from '../../shared/problem.ts';
import { type Authority } from './client-trust.ts';
import { readRevocationList, type RevocationList, RevocationListError } from './revocation-list.ts';

type Report = (code: string, message: Sentence, remedy: Sentence) => void;

const PEM_LIST = /-----BEGIN X509 CRL-----([A-Za-z0-9+/=\s]+?)-----END X509 CRL-----/g;

const FETCH = {
  tr: 'Makamın güncel iptal listesini PEM biçiminde koyun.',
  en: "Put the authority's current list in place, as PEM.",
};
const FAULTS: Readonly<Record<RevocationListError['code'], readonly [code: string, message: Sentence]>> = {
  unreadable: [
    'TLS_CRL_INVALID',
    {
      tr: 'dosyada okunabilir bir iptal listesi yok',
      en: 'the file holds no readable list of revoked certificates',
    },
  ],
  partial: [
    'TLS_CRL_PARTIAL',
    {
      tr: 'liste makamın bütün sertifikalarını kapsamıyor (delta veya bölünmüş liste)',
      en: 'the list does not cover all certificates of its authority (a delta or a part)',
    },
  ],
  unsigned: [
    'TLS_CRL_UNSIGNED',
    {
      tr: 'listeyi partner.clientCa içindeki hiçbir makam imzalamamış',
      en: 'no authority in partner.clientCa has signed the list',
    },
  ],
};

/**
 * The authorities with their lists, from PEM text with any number of lists; the newest of an authority counts. Every list
 * must be sound, and every authority must have one that is not overdue: else it could not be said who is revoked.
 */
export function withLists(
  authorities: readonly Authority[],
  pem: string,
  clock: Clock,
  report: Report,
): readonly Authority[] {
  const lists = new Map<Authority, RevocationList>();
  try {
    for (const der of listsOf(pem)) assign(der, authorities, lists);
  } catch (thrown) {
    if (!(thrown instanceof RevocationListError)) throw thrown;
    const [code, message] = FAULTS[thrown.code];
    report(code, message, FETCH);
    return authorities;
  }
  return authorities.map((authority) => {
    const list = lists.get(authority);
    checkList(list, authority, clock, report);
    return { ...authority, list };
  });
}

/** Certificates of one authority may share its key, and then its list. */
function assign(der: Buffer, authorities: readonly Authority[], lists: Map<Authority, RevocationList>): void {
  const { list, signer } = readRevocationList(
    der,
    authorities.map(({ certificate }) => certificate.publicKey),
  );
  for (const authority of authorities.filter(({ certificate }) => certificate.publicKey.equals(signer))) {
    const before = lists.get(authority);
    if (before === undefined || before.issuedAt < list.issuedAt) lists.set(authority, list);
  }
}

function checkList(
  list: RevocationList | undefined,
  { certificate }: Authority,
  clock: Clock,
  report: Report,
): void {
  const name = certificate.subject.split('\n').join(', ');
  if (list === undefined) {
    report(
      'TLS_CRL_MISSING',
      { tr: `şu makamın listesi yok: ${name}`, en: `there is no list of the authority ${name}` },
      FETCH,
    );
  } else if (list.nextUpdate <= clock.now()) {
    const due = new Date(list.nextUpdate).toISOString();
    report(
      'TLS_CRL_OVERDUE',
      {
        tr: `şu makamın yeni listesi ${due} anında çıkmış olmalıydı: ${name}`,
        en: `the next list of the authority ${name} was due at ${due}`,
      },
      FETCH,
    );
  }
}

function listsOf(pem: string): Buffer[] {
  const found = [...pem.matchAll(PEM_LIST)].map(([, base64 = '']) => Buffer.from(base64, 'base64'));
  if (found.length === 0) throw new RevocationListError('unreadable');
  return found;
}
