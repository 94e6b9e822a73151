import { X509Certificate } from 'node:crypto';

/** From when until when one certificate of a PEM file holds. Epoch milliseconds. */
export interface Validity {
  readonly from: number;
  readonly to: number;
}

/** What the partner listener shows and trusts, as it does now. PEM texts. */
export interface ShownCertificates {
  readonly certificate: string;
  readonly clientCa: string;
}

const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** Reads validities out of PEM texts, each text once. */
export class CertificateEnds {
  readonly #shown: () => ShownCertificates;
  readonly #read = new Map<string, readonly Validity[]>();

  constructor(shown: () => ShownCertificates) {
    this.#shown = shown;
  }

  /** The server's own certificate, then the rest of its chain. */
  server(): readonly Validity[] {
    return this.#validities(this.#shown().certificate);
  }

  /** The authorities whose client certificates may connect. */
  clientAuthorities(): readonly Validity[] {
    return this.#validities(this.#shown().clientCa);
  }

  #validities(pem: string): readonly Validity[] {
    const known = this.#read.get(pem);
    if (known !== undefined) return known;
    const found = (pem.match(PEM_CERTIFICATE) ?? []).map((one) => {
      const { validFrom, validTo } = new X509Certificate(one);
      return { from: Date.parse(validFrom), to: Date.parse(validTo) };
    });
    // Files that are read again bring new texts; of the old ones nothing is asked any more.
    if (this.#read.size >= 4) this.#read.clear();
    this.#read.set(pem, found);
    return found;
  }
}
