/**
 * Front end and checks on inventory files, one compact line per diagnostic; each file is an inventory of its own.
 * For work on rules: `npx tsx test/check-file.ts FILE…`.
 */
import { compileFiles } from '../compiler/compile.ts';
import { nodeHost } from '../compiler/host/host.ts';

for (const file of process.argv.slice(2)) {
  const { diagnostics } = compileFiles(nodeHost(), { files: [file] }).checked();
  for (const { span, severity, code, slug, message, help } of diagnostics) {
    const at = span?.file.position(span.start);
    console.log(
      `${file}:${at?.line ?? 0}:${at?.column ?? 0}: ${severity}[${code}] ${slug}: ${message}${help === undefined ? '' : ` (${help})`}`,
    );
  }
}
