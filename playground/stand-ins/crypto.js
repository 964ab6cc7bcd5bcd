/** `node:crypto` in a page: the hashes that the text of files needs. Nothing encrypts, signs or verifies there. */
const { hmac } = require('@noble/hashes/hmac.js');
const { md5, sha1 } = require('@noble/hashes/legacy.js');
const { sha256, sha512 } = require('@noble/hashes/sha2.js');

const HASHES = { md5, sha1, sha256, sha512 };

function digesting(state) {
  return {
    update(data) {
      state.update(typeof data === 'string' ? new TextEncoder().encode(data) : data);
      return this;
    },
    digest: (encoding) =>
      encoding === undefined ? Buffer.from(state.digest()) : Buffer.from(state.digest()).toString(encoding),
  };
}

exports.createHash = (name) => digesting(HASHES[name].create());
exports.createHmac = (name, key) => digesting(hmac.create(HASHES[name], key));
