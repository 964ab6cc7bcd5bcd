/** `node:net` in a page: only the question what a text is. */
import { parseAddress } from '../../compiler/domain/address.ts';

export const isIP = (text) => parseAddress(text)?.family ?? 0;
