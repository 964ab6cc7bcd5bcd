/**
 * One file that runs without node: node's own binary with the program of dist/ in it (a single executable application).
 *
 *   npm run executable [-- FILE]     default executable/pigstyc; FILE.licenses beside it are those of what is inside
 *
 * It is made from the node that runs this, which must be 20.12 or newer and hold its own code (some distributions keep it in a shared library).
 */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { LIBRARIES, libraryCode, root } from './bundle.mjs';
import { writeCodeCache } from './code-cache.mjs';
import { executableLauncher } from './launchers.mjs';
import { notices } from './notices.mjs';

/** Where node says that something may be put into it. */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

const target = resolve(process.argv[2] ?? join(root, 'executable/pigstyc'));
const [major, minor] = process.versions.node.split('.').map(Number);
const nodeNotice = `Node.js ${process.versions.node}: https://github.com/nodejs/node/blob/v${process.versions.node}/LICENSE\n`;
const scratch = mkdtempSync(join(tmpdir(), 'pigstyc-executable-'));
process.on('exit', () => rmSync(scratch, { recursive: true }));
if (major < 20 || (major === 20 && minor < 12)) refuse(`node ${process.versions.node} is too old, 20.12 is needed`);
if (!readFileSync(process.execPath).includes(FUSE)) refuse(`${process.execPath} does not hold its own code`);
mkdirSync(dirname(target), { recursive: true });
inject(await blob());
writeFileSync(`${target}.licenses`, notices({ before: [nodeNotice] }));

function refuse(reason) {
  process.stderr.write(`no executable can be made: ${reason}\n`);
  process.exit(2);
}

/** What goes into the binary, as node wants it. */
async function blob() {
  const config = {
    main: scratchFile('launcher.cjs', executableLauncher),
    output: join(scratch, 'blob'),
    disableExperimentalSEAWarning: true,
    assets: { ...program(), ...(await libraries()) },
  };
  node('--experimental-sea-config', scratchFile('config.json', JSON.stringify(config)));
  return config.output;
}

/** The parts of dist/, with a code cache of this node. */
function program() {
  const dist = join(root, 'dist');
  const part = (kind) =>
    join(
      dist,
      readdirSync(dist).find((name) => name.endsWith(`.${kind}`)),
    );
  writeCodeCache(join(scratch, 'cache'));
  return { program: part('js'), archive: part('archive'), cache: join(scratch, 'cache') };
}

async function libraries() {
  const made = LIBRARIES.map(async (name, at) => [name, scratchFile(`${at}.js`, await libraryCode(name))]);
  return Object.fromEntries(await Promise.all(made));
}

/** A file that is being executed is replaced, never written into. */
function inject(file) {
  const unfinished = `${target}.new`;
  copyFileSync(process.execPath, unfinished);
  chmodSync(unfinished, 0o755);
  node(join(root, 'node_modules/postject/dist/cli.js'), unfinished, 'NODE_SEA_BLOB', file, '--sentinel-fuse', FUSE);
  renameSync(unfinished, target);
}

function node(...words) {
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  if (status !== 0) refuse(`${stdout}${stderr}`);
}

function scratchFile(name, text) {
  writeFileSync(join(scratch, name), text);
  return join(scratch, name);
}
