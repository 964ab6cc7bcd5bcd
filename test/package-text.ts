/** Imported for its effect by tests that render templates: shipped text files are read from the working copy. */
import { readFileSync } from 'node:fs';
import { setPackageTextReader } from '../emitters/toolkit/package-text.ts';

setPackageTextReader((path) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8'));
