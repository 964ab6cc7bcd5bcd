/**
 * X.509 v3 certificates: keys and signatures by the platform's crypto library, the ASN.1 structure through node-forge.
 * New keys are P-256 (a key takes 0.05 ms, so that a thousand hosts take seconds); an adopted RSA authority signs with RSA.
 */
import type { Usage } from '../domain/certificate.ts';
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  type X509Certificate,
  type KeyObject,
} from 'node:crypto';
import { isIP } from 'node:net';
import asn1 from 'node-forge/lib/asn1.js';
import type { asn1 as Asn1 } from 'node-forge';

type Node = Asn1.Asn1;

export interface CertificateSpec {
  readonly commonName: string;
  readonly organizationalUnit: string;
  /** DNS names and addresses. */
  readonly names: readonly string[];
  /** What it may be used for; an authority's signs only. */
  readonly usages: readonly Usage[];
  /** Milliseconds since the epoch. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** Positive, at most 20 bytes. */
  readonly serial: Uint8Array;
}

export interface Authority {
  readonly certificate: X509Certificate;
  readonly key: KeyObject;
}

export const ORGANIZATION = 'pigsty';

const DAY = 86_400_000;
/** Clocks of hosts differ: a certificate is valid from an hour before it was made. */
const BACKDATE = 3_600_000;

const OID = {
  commonName: '2.5.4.3',
  organization: '2.5.4.10',
  organizationalUnit: '2.5.4.11',
  subjectKeyId: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyId: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  ecdsaSha256: '1.2.840.10045.4.3.2',
  rsaSha256: '1.2.840.113549.1.1.11',
} as const;

/** Bits of KeyUsage, most significant first. */
const USAGE = { digitalSignature: 0x80, keyEncipherment: 0x20, keyCertSign: 0x04, crlSign: 0x02 } as const;

/** A new private key in PKCS#8 PEM. */
export function newPrivateKey(): string {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
    type: 'pkcs8',
    format: 'pem',
  }) as string;
}

/** From now on, for some days. */
export function validity(now: number, days: number): { readonly notBefore: number; readonly notAfter: number } {
  return { notBefore: now - BACKDATE, notAfter: now + days * DAY };
}

/**
 * A self-signed authority certificate in PEM. Its path is limited: what it signs can sign nothing. Names are not limited, because hosts,
 * domains and addresses of a site change, and a new authority reaches every host.
 */
export function selfSigned(keyPem: string, spec: CertificateSpec): string {
  const key = createPrivateKey(keyPem);
  const subject = distinguishedName(spec);
  const extensions = [
    extension(
      OID.basicConstraints,
      true,
      sequence(asn1.create(asn1.Class.UNIVERSAL, asn1.Type.BOOLEAN, false, '\xff'), integer('\x00')),
    ),
    extension(OID.keyUsage, true, keyUsage(USAGE.digitalSignature | USAGE.keyCertSign | USAGE.crlSign)),
    extension(OID.subjectKeyId, false, octets(keyIdentifier(key))),
  ];
  return signed(subject, subject, key, key, spec, extensions);
}

/** A certificate that an authority signs, in PEM. */
export function issue(authority: Authority, keyPem: string, spec: CertificateSpec): string {
  const key = createPrivateKey(keyPem);
  const usage = USAGE.digitalSignature | (key.asymmetricKeyType === 'rsa' ? USAGE.keyEncipherment : 0);
  const issuer = parseAuthority(authority.certificate);
  const extensions = [
    extension(OID.basicConstraints, true, sequence()),
    extension(OID.keyUsage, true, keyUsage(usage)),
    extension(OID.extendedKeyUsage, false, sequence(...spec.usages.map((use) => oid(OID[use])))),
    extension(OID.subjectAltName, false, sequence(...spec.names.map(generalName))),
    extension(OID.subjectKeyId, false, octets(keyIdentifier(key))),
    ...(issuer.keyId === undefined ? [] : [extension(OID.authorityKeyId, false, sequence(tagged(0, issuer.keyId)))]),
  ];
  return signed(distinguishedName(spec), issuer.name, key, authority.key, spec, extensions);
}

/** DNS names and addresses of a certificate, as they were asked for. */
export function namesOf(certificate: X509Certificate): readonly string[] {
  return (certificate.subjectAltName ?? '')
    .split(', ')
    .filter((name) => name !== '')
    .map((name) => name.replace(/^(DNS|IP Address):/, ''));
}

/** One spelling per address, so that `::1` and its expanded form compare equal. */
export function canonicalName(name: string): string {
  return isIP(name) === 0 ? name.toLowerCase() : addressBytes(name).toString('hex');
}

function signed(
  subject: Node,
  issuer: Node,
  key: KeyObject,
  signer: KeyObject,
  spec: CertificateSpec,
  extensions: readonly Node[],
): string {
  const algorithm =
    signer.asymmetricKeyType === 'rsa'
      ? sequence(oid(OID.rsaSha256), asn1.create(asn1.Class.UNIVERSAL, asn1.Type.NULL, false, ''))
      : sequence(oid(OID.ecdsaSha256));
  const tbs = sequence(
    asn1.create(asn1.Class.CONTEXT_SPECIFIC, 0, true, [integer('\x02')]),
    integer(positive(spec.serial)),
    algorithm,
    issuer,
    sequence(time(spec.notBefore), time(spec.notAfter)),
    subject,
    fromDer(publicKeyDer(key)),
    asn1.create(asn1.Class.CONTEXT_SPECIFIC, 3, true, [sequence(...extensions)]),
  );
  const signature = sign('sha256', toDer(tbs), signer);
  const der = toDer(sequence(tbs, algorithm, bitString(signature)));
  return `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replace(/.{64}(?=.)/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
}

/** Name and key identifier of an authority exactly as its certificate spells them: chains are built by comparing bytes. */
function parseAuthority(certificate: X509Certificate): { readonly name: Node; readonly keyId: Buffer | undefined } {
  const tbs = children(children(fromDer(certificate.raw))[0]!);
  const offset = tbs[0]!.tagClass === asn1.Class.CONTEXT_SPECIFIC ? 1 : 0;
  const extensions = tbs.find((node) => node.tagClass === asn1.Class.CONTEXT_SPECIFIC && Number(node.type) === 3);
  const list = extensions === undefined ? [] : children(children(extensions)[0]!);
  const found = list.find((node) => asn1.derToOid(children(node)[0]!.value as string) === OID.subjectKeyId);
  const wrapped = found === undefined ? undefined : (children(found).at(-1)!.value as string);
  return {
    name: tbs[offset + 4]!,
    keyId:
      wrapped === undefined
        ? undefined
        : Buffer.from(fromDer(Buffer.from(wrapped, 'latin1')).value as string, 'latin1'),
  };
}

function children(node: Node): Node[] {
  return node.value as Node[];
}

function publicKeyDer(key: KeyObject): Buffer {
  return createPublicKey(key).export({ type: 'spki', format: 'der' });
}

/** RFC 5280: SHA-1 of the public key's bits. */
function keyIdentifier(key: KeyObject): Buffer {
  const bits = children(fromDer(publicKeyDer(key)))[1]!;
  return createHash('sha1')
    .update(Buffer.from(bits.value as string, 'latin1').subarray(1))
    .digest();
}

function distinguishedName(spec: CertificateSpec): Node {
  const attribute = (type: string, value: string): Node =>
    asn1.create(asn1.Class.UNIVERSAL, asn1.Type.SET, true, [
      sequence(
        oid(type),
        asn1.create(asn1.Class.UNIVERSAL, asn1.Type.UTF8, false, Buffer.from(value, 'utf8').toString('latin1')),
      ),
    ]);
  return sequence(
    attribute(OID.organization, ORGANIZATION),
    attribute(OID.organizationalUnit, spec.organizationalUnit),
    attribute(OID.commonName, spec.commonName),
  );
}

function generalName(name: string): Node {
  return isIP(name) === 0 ? tagged(2, Buffer.from(name, 'latin1')) : tagged(7, addressBytes(name));
}

function addressBytes(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number));
  const [head = '', tail] = address.replace(/%.*$/, '').split('::') as [string, string?];
  const words = (part: string): number[] =>
    part
      .split(':')
      .filter((word) => word !== '')
      .flatMap((word) => {
        if (!word.includes('.')) return [Number.parseInt(word, 16)];
        const [a, b, c, d] = word.split('.').map(Number) as [number, number, number, number];
        return [a * 256 + b, c * 256 + d];
      });
  const left = words(head);
  const right = words(tail ?? '');
  const all = [...left, ...new Array<number>(8 - left.length - right.length).fill(0), ...right];
  return Buffer.from(all.flatMap((word) => [word >> 8, word & 255]));
}

function extension(id: string, critical: boolean, value: Node): Node {
  const flag = critical ? [asn1.create(asn1.Class.UNIVERSAL, asn1.Type.BOOLEAN, false, '\xff')] : [];
  return sequence(oid(id), ...flag, octets(toDer(value)));
}

function keyUsage(bits: number): Node {
  let unused = 0;
  while (((bits >> unused) & 1) === 0) unused++;
  return asn1.create(asn1.Class.UNIVERSAL, asn1.Type.BITSTRING, false, String.fromCharCode(unused, bits));
}

function sequence(...nodes: readonly Node[]): Node {
  return asn1.create(asn1.Class.UNIVERSAL, asn1.Type.SEQUENCE, true, [...nodes]);
}

function oid(id: string): Node {
  return asn1.create(asn1.Class.UNIVERSAL, asn1.Type.OID, false, asn1.oidToDer(id).getBytes());
}

function integer(bytes: string): Node {
  return asn1.create(asn1.Class.UNIVERSAL, asn1.Type.INTEGER, false, bytes);
}

function octets(bytes: Uint8Array): Node {
  return asn1.create(asn1.Class.UNIVERSAL, asn1.Type.OCTETSTRING, false, Buffer.from(bytes).toString('latin1'));
}

function bitString(bytes: Uint8Array): Node {
  return asn1.create(asn1.Class.UNIVERSAL, asn1.Type.BITSTRING, false, `\0${Buffer.from(bytes).toString('latin1')}`);
}

function tagged(tag: number, bytes: Uint8Array): Node {
  return asn1.create(asn1.Class.CONTEXT_SPECIFIC, tag, false, Buffer.from(bytes).toString('latin1'));
}

/** Times through 2049 are UTCTime, later ones GeneralizedTime (RFC 5280, 4.1.2.5). */
function time(at: number): Node {
  const date = new Date(at);
  const late = date.getUTCFullYear() >= 2050;
  const text = date
    .toISOString()
    .replace(/[-:T]|\.\d+/g, '')
    .slice(late ? 0 : 2);
  return asn1.create(asn1.Class.UNIVERSAL, late ? asn1.Type.GENERALIZEDTIME : asn1.Type.UTCTIME, false, text);
}

/** A serial number as a positive integer without leading zeros that DER forbids. */
function positive(serial: Uint8Array): string {
  const bytes = Buffer.from(serial);
  bytes[0] = (bytes[0]! & 0x7f) | 0x40;
  return bytes.toString('latin1');
}

function fromDer(der: Uint8Array): Node {
  return asn1.fromDer(Buffer.from(der).toString('latin1'), { decodeBitStrings: false } as never);
}

function toDer(node: Node): Buffer {
  return Buffer.from(asn1.toDer(node).getBytes(), 'latin1');
}
