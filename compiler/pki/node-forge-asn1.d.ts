/** The part of node-forge that is loaded: the whole library takes 40 ms to start, its ASN.1 module 8. */
declare module 'node-forge/lib/asn1.js' {
  import { asn1 } from 'node-forge';

  const module: typeof asn1;
  export default module;
}
